import { createWatchman } from '@watchman/core'
import type { Case } from './case.ts'
import { same } from './same.ts'
import type { AdapterSubject } from './subject.ts'
import { ill, well } from './watchmen.ts'

/** What every mount answers below its path, to GET and to HEAD. */
const PATHS = [
  ...[
    '',
    '/',
    '?',
    '/?',
    '?x=1',
    '/?x=1&y=%20+&z',
    '/?%',
    '/?a=b?c/d',
    '/?check=databases',
    '?check=echo&check=x',
  ],
  ...[
    '/?skip=databases',
    '/?check=unknown',
    '/?skip=echo&skip=databases',
    '/?check=a%2Fb',
    "/?x='a'&y=%C3%BC",
  ],
  ...[
    '/bare',
    '/bare/',
    '/bare?check=databases',
    '/bare?check=unknown',
    '/ping',
    '/ping/',
    '/ping?x=1',
    '/ping/?x',
  ],
  ...['/dashboard', '/dashboard/', '/dashboard?x=1', '/deep/view', '/deep/view/', '/deep', '/deep/'],
  ...[
    '/unknown',
    '/unknown/',
    '/unknown?check=echo',
    '/ping/ping',
    '/PING',
    '/Bare',
    '/favicon.ico',
    '/robots.txt',
  ],
]

/** The same, for paths that frameworks like to tidy up, decode or choke on. */
const ODD = [
  ...[
    '//ping',
    '/ping//',
    '//',
    '///',
    '//evil.example/ping',
    '/p%69ng',
    '/%70ing',
    '/%70i%6e%67',
    '/%2570ing',
    '/%62%61re?check=unknown',
    '/deep%2Fview',
    '/ping%2F',
    '/ping%3Fx',
    '/%2Fping',
  ],
  ...[
    '/%',
    '/%zz',
    '/%00',
    '/ping%00',
    '/%E0%A4%A',
    '/%C0%AF',
    '/ping;x=1',
    '/ping,',
    '/ping:',
    '/:ping',
    '/*',
    '/(.*)',
  ],
  ...[
    '/__proto__',
    '/constructor',
    '/hasOwnProperty',
    '/ping/../bare',
    '/x/../ping',
    '/./ping',
    '/ping/.',
    '/x/%2e%2e/ping',
  ],
  ...['/http://evil.example/ping', '/@evil.example', '/ping@evil.example', '/"<script>', '/{}|^`'],
]

/** Every row of the endpoint: the same status, headers and bytes as `watchman.fetch`. */
export function pathCases(subject: AdapterSubject): readonly Case[] {
  return [
    ...[...PATHS, ...ODD].flatMap((path) =>
      ['GET', 'HEAD'].map((method) => ({
        name: `${method} ${path || 'the mount'} answers what watchman.fetch answers`,
        run: () => same(subject, () => well({ exposeVersion: true }), path, { method }),
      })),
    ),
    ...['', '/', '/bare', '/ping', '/?check=databases', '/?skip=caches'].map((path) => ({
      name: `GET ${path || 'the mount'} answers what watchman.fetch answers while a check fails`,
      run: () => same(subject, () => ill({ errorCode: 503 }), path),
    })),
    ...['/', '/bare', '/ping'].flatMap((path) => [
      {
        name: `GET ${path} answers what watchman.fetch answers without a check`,
        run: () => same(subject, () => createWatchman(), path),
      },
      {
        name: `GET ${path} answers what watchman.fetch answers once closed`,
        run: () => same(subject, closed, path),
      },
    ]),
    {
      name: 'a long path is a 404 of the watchman',
      run: () => same(subject, well, `/${'a'.repeat(6000)}`),
    },
    {
      name: 'a long query is read',
      run: () => same(subject, well, `/?x=${'a'.repeat(6000)}&check=echo`),
    },
  ]
}

function closed() {
  const watchman = well()
  void watchman.close()
  return watchman
}
