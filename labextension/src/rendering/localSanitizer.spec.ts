/** What would load something or act is gone; what only shows something stays. */

import { Sanitizer } from '@jupyterlab/apputils';
import { expect, it } from 'vitest';

import { LocalSanitizer } from './localSanitizer';

const sanitizer = new LocalSanitizer(new Sanitizer(), alternative => `[${alternative}]`);
const PIXEL = 'data:image/png;base64,iVBORw0KGgo=';

it.each([
  '<img src="https://a.test/x.png">',
  '<img src="//a.test/x.png">',
  '<img src="/api/shutdown">',
  '<img src=" https://a.test/x.png">',
  '<img src="data:image/svg+xml,x">',
  '<img src="data:text/html,x" srcset="https://a.test/x.png 2x">',
  '<picture><source srcset="https://a.test/x.png"><img></picture>',
  '<video poster="https://a.test/x.png" src="https://a.test/x.mp4"></video>',
  '<audio src="https://a.test/x.mp3" autoplay></audio>',
  '<p style="background: url(https://a.test/x.png)">x</p>',
  '<p style="background-image: image(url(https://a.test/x.png))">x</p>',
  '<ul style="list-style: url(\'https://a.test/x.png\')"><li>x</li></ul>',
  '<input type="image" src="https://a.test/x.png">',
  '<iframe src="https://a.test/"></iframe>',
  '<svg><image href="https://a.test/x.png"/></svg>',
  '<noscript><img src="https://a.test/x.png"></noscript>',
  '<xmp><img src="https://a.test/x.png"></xmp>',
  '<template><img src="https://a.test/x.png"></template>',
  '<textarea></textarea><img src="https://a.test/x.png"></textarea>',
  '<!--><img src="https://a.test/x.png">-->',
  '<link rel="stylesheet" href="https://a.test/x.css">',
  '<style>@import "https://a.test/x.css"</style>',
  '<form action="https://a.test/"><button>Log in</button></form>',
  '<button data-commandlinker-command="logout">x</button>',
  '<a onmouseover="alert(1)">x</a>'
])('drops what loads or acts: %s', html => {
  const safe = new DOMParser().parseFromString(sanitizer.sanitize(html), 'text/html').body;
  const loading = 'img, video, audio, source, input, iframe, svg, link, style, form, button, template, noscript';
  expect(safe.querySelectorAll(loading)).toHaveLength(0);
  for (const element of safe.querySelectorAll('*')) {
    expect(element.getAttributeNames().filter(name => /^on|src|style|poster|data-command/.test(name))).toEqual([]);
  }
});

it('names the image that it dropped', () => {
  expect(sanitizer.sanitize('<img src="https://a.test/x.png" alt="sales">')).toContain('[sales]');
});

it.each([
  `<img src="${PIXEL}" alt="plot">`,
  '<table class="dataframe"><tbody><tr><td style="color:red">1</td></tr></tbody></table>',
  '<a href="https://a.test/" rel="nofollow">read</a>',
  '<p>a <strong>b</strong> <code>c</code></p>'
])('keeps what only shows: %s', html => {
  const withoutQuotes = (text: string): string => text.replace(/[\s";]/g, '');
  expect(withoutQuotes(sanitizer.sanitize(html))).toContain(withoutQuotes(html).replace(/\/?>$/, ''));
});

it('lets nothing look like a part of the panel', () => {
  const html = '<a class="jp-Agent-reference dataframe" href="#x">1</a><em class="JP-agent-droppedImage">x</em>';
  expect(sanitizer.sanitize(html)).not.toMatch(/jp-agent/i);
  expect(sanitizer.sanitize(html)).toContain('class="dataframe"');
});
