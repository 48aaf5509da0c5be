/** What the conversation's code may do: two profiles of the restricted kernel, and what the difference is. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { useId } from 'react';

import type { KernelSight } from '../model/kernelSight';
import { CommandIDs } from '../tokens/commandIds';
import type { Profile } from '../types/shapes';
import { useAgent, useCommandEnabled } from './context';

export function ProfileChoice({ sight: { profile, phase } }: { readonly sight: KernelSight }) {
  const { commands, trans } = useAgent();
  const enabled = useCommandEnabled(CommandIDs.chooseProfile);
  const id = useId();
  if (profile === null || profile === 'unrestricted') {
    return null;
  }
  return (
    <div className="jp-Agent-profile">
      <label>
        {trans.__('Kernel')}
        <select
          className="jp-Agent-picker"
          value={profile}
          disabled={!enabled}
          aria-describedby={id}
          onChange={event => void commands.execute(CommandIDs.chooseProfile, { profile: event.target.value })}
        >
          <option value="strict">{trans.__('Strict')}</option>
          <option value="parallel">{trans.__('Parallel')}</option>
        </select>
      </label>
      <p id={id} className="jp-Agent-quiet">
        {difference(trans, profile)}
        {!enabled && phase === 'busy' && ` ${trans.__('It can be changed when the answer is complete.')}`}
      </p>
    </div>
  );
}

function difference(trans: TranslationBundle, profile: Profile): string {
  switch (profile) {
    case 'strict':
      return trans.__('Code starts no other processes.');
    case 'parallel':
      return trans.__('Code can start processes and sees which ones run here; it still has no network.');
  }
}
