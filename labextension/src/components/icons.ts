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

/** An `x` in braces. */
export const variablesIcon = new LabIcon({
  name: 'jupyterlab-agent:variables',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161">
    <path d="M8 4C5.800 4 5 5.300 5 7v2.500C5 10.500 4.500 11 3 11v2c1.500 0 2 .500 2 1.500V17c0 1.700.800 3 3 3h1.500v-2H8.300C7.400 18 7 17.600 7 16.700V14.500c0-1.200-.400-2-1.400-2.500 1-.500 1.400-1.300 1.400-2.500V7.300C7 6.400 7.400 6 8.300 6h1.200V4z"/>
    <path d="M16 4c2.200 0 3 1.300 3 3v2.500c0 1 .500 1.500 2 1.500v2c-1.500 0-2 .500-2 1.500V17c0 1.700-.800 3-3 3h-1.500v-2h1.200c.900 0 1.300-.400 1.300-1.300V14.500c0-1.200.400-2 1.400-2.500-1-.500-1.400-1.300-1.400-2.500V7.300C17 6.400 16.600 6 15.700 6h-1.200V4z"/>
    <path d="M9.200 10.200l1-1L12 11l1.800-1.800 1 1L13 12l1.800 1.800-1 1L12 13l-1.800 1.800-1-1L11 12z"/>
  </g>
</svg>`
});

/** A globe. */
export const networkIcon = new LabIcon({
  name: 'jupyterlab-agent:network',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161">
    <path fill-rule="evenodd" d="M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm0 1.800a8.200 8.200 0 1 1 0 16.400 8.200 8.200 0 0 1 0-16.400z"/>
    <path fill-rule="evenodd" d="M12 2.500C9 5 7.600 8.300 7.600 12S9 19 12 21.500c3-2.500 4.400-5.800 4.400-9.500S15 5 12 2.500zm0 2.500c1.800 2 2.600 4.300 2.600 7s-.800 5-2.600 7c-1.800-2-2.600-4.300-2.600-7s.800-5 2.600-7z"/>
    <path d="M3 11.100h18v1.800H3z"/>
  </g>
</svg>`
});

/** A prompt. */
export const programIcon = new LabIcon({
  name: 'jupyterlab-agent:program',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161">
    <path d="M4.400 5L3 6.400 8.600 12 3 17.600 4.400 19l7-7z"/>
    <path d="M12 17h9v2h-9z"/>
  </g>
</svg>`
});

/** One that becomes two. */
export const processIcon = new LabIcon({
  name: 'jupyterlab-agent:process',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161">
    <path d="M5 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM19 3a3 3 0 1 0 0 6 3 3 0 0 0 0-6zm0 12a3 3 0 1 0 0 6 3 3 0 0 0 0-6z"/>
    <path d="M7 11l9-5 .900 1.700L9 12l7.900 4.300-.900 1.700-9-5z"/>
  </g>
</svg>`
});

/** A bolt. */
export const signalIcon = new LabIcon({
  name: 'jupyterlab-agent:signal',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161">
    <path d="M13 2L5 14h5.500L10 22l8.500-12.500H13z"/>
  </g>
</svg>`
});

/** An eye. */
export const inspectionIcon = new LabIcon({
  name: 'jupyterlab-agent:inspection',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161">
    <path fill-rule="evenodd" d="M12 5C7 5 2.800 8 1 12c1.800 4 6 7 11 7s9.200-3 11-7c-1.800-4-6-7-11-7zm0 2a5 5 0 1 1 0 10 5 5 0 0 1 0-10z"/>
    <path d="M12 9.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5z"/>
  </g>
</svg>`
});

/** A folder. */
export const pathIcon = new LabIcon({
  name: 'jupyterlab-agent:path',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161">
    <path fill-rule="evenodd" d="M4 4a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2V8a2 2 0 0 0-2-2h-8l-2-2zm0 4h16v10H4z"/>
  </g>
</svg>`
});

/** A dash. */
export const leftOutIcon = new LabIcon({
  name: 'jupyterlab-agent:left-out',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161">
    <path d="M6 11h12v2H6z"/>
  </g>
</svg>`
});
