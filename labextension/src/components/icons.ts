/** The icons that JupyterLab does not have. */

import { LabIcon } from '@jupyterlab/ui-components';

/** A chart with a spark: analysis, and something that does it. */
export const agentIcon = new LabIcon({
  name: 'jupyterlab-agent:agent',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161">
    <path d="M4 3h2v16h15v2H4z"/>
    <path d="M9 12h2.5v5H9zM13.25 9.5h2.5V17h-2.5zM17.5 13H20v4h-2.500z"/>
    <path d="M17 1.500l1.050 2.950L21 5.500l-2.950 1.050L17 9.500l-1.050-2.950L13 5.500l2.950-1.050z"/>
  </g>
</svg>`
});

export const attachIcon = new LabIcon({
  name: 'jupyterlab-agent:attach',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <path class="jp-icon3" fill="#616161" d="M16.500 6v11.500a4 4 0 0 1-8 0V5a2.500 2.500 0 0 1 5 0v10.500a1 1 0 0 1-2 0V6H10v9.500a2.500 2.500 0 0 0 5 0V5a4 4 0 0 0-8 0v12.500a5.500 5.500 0 0 0 11 0V6z"/>
</svg>`
});

export const sendIcon = new LabIcon({
  name: 'jupyterlab-agent:send',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <path class="jp-icon3" fill="#616161" d="M11 20V7.830l-5.590 5.580L4 12l8-8 8 8-1.410 1.410L13 7.830V20z"/>
</svg>`
});

export const warningIcon = new LabIcon({
  name: 'jupyterlab-agent:warning',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <path class="jp-icon3" fill="#616161" d="M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm1 15h-2v-2h2zm0-4h-2V7h2z"/>
</svg>`
});

export const infoIcon = new LabIcon({
  name: 'jupyterlab-agent:info',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <path class="jp-icon3" fill="#616161" d="M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm1 15h-2v-6h2zm0-8h-2V7h2z"/>
</svg>`
});
