/** Chooses what the conversation's code may do, in the palette and the sidebar's menu. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { canChooseProfile } from '../model/kernelSight';
import { CommandIDs } from '../tokens/commandIds';
import { IAgentKernel } from '../tokens/kernel';
import type { Profile } from '../types/shapes';

export const profileCommandsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-agent:profile-commands',
  description: "Chooses what the agent's code may do.",
  autoStart: true,
  requires: [IAgentKernel],
  optional: [ITranslator, ICommandPalette],
  activate: (
    { commands }: JupyterFrontEnd,
    kernel: IAgentKernel,
    translator: ITranslator | null,
    palette: ICommandPalette | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyterlab_agent');
    const labels: Record<Profile, string> = {
      strict: trans.__('Strict Kernel: Code Starts No Processes'),
      parallel: trans.__('Parallel Kernel: Code Can Start Processes')
    };
    const later: Record<Profile, string> = {
      strict: trans.__('Strict Kernel (after this answer)'),
      parallel: trans.__('Parallel Kernel (after this answer)')
    };
    const label = (profile: Profile): string => (kernel.sight.phase === 'busy' ? later : labels)[profile];

    commands.addCommand(CommandIDs.chooseProfile, {
      label: ({ profile }) => (isProfile(profile) ? label(profile) : trans.__("Choose What the Agent's Code May Do")),
      describedBy: {
        args: {
          type: 'object',
          properties: { profile: { type: 'string', enum: PROFILES } },
          required: ['profile']
        }
      },
      isToggleable: true,
      isToggled: ({ profile }) => profile === kernel.sight.profile,
      isEnabled: () => canChooseProfile(kernel.sight),
      execute: async ({ profile }) => {
        if (isProfile(profile) && profile !== kernel.sight.profile) {
          await kernel.chooseProfile(profile);
        }
      }
    });
    let shown = '';
    kernel.changed.connect(({ sight }) => {
      const now = [sight.phase, sight.profile].join();
      if (now !== shown) {
        shown = now;
        commands.notifyCommandChanged(CommandIDs.chooseProfile);
      }
    });
    for (const profile of PROFILES) {
      palette?.addItem({ command: CommandIDs.chooseProfile, category: trans.__('Agent'), args: { profile } });
    }
  }
};

const PROFILES: Profile[] = ['strict', 'parallel'];

function isProfile(value: unknown): value is Profile {
  return PROFILES.some(profile => profile === value);
}
