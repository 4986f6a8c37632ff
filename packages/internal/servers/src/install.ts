import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/**
 * Installs without starting the service: Debian asks policy-rc.d, which is put there for the moment if there is none.
 * `$1` is a file whose presence says that somebody else has installed the package while this one waited for its turn.
 */
const script = `
set -e
if command -v "$1" || test -x "/usr/sbin/$1"; then exit 0; fi
policy=/usr/sbin/policy-rc.d
if ! test -e $policy; then
  trap "rm -f $policy" EXIT
  printf '#!/bin/sh\\nexit 101\\n' > $policy
  chmod 755 $policy
fi
apt-get update -qq
apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=120 "$2"
`

/** Whether this process may install packages: root on Debian or Ubuntu. */
export function canInstall(): boolean {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get')
}

/** Installs the package `name`, which brings the program `file`. One at a time on a machine: flock sees to that. */
export async function install(name: string, file: string): Promise<void> {
  const lock = join(tmpdir(), 'watchman-servers-install.lock')
  await promisify(execFile)('flock', [lock, 'sh', '-c', script, 'install', file, name], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
    timeout: 300_000,
    maxBuffer: 16 * 1024 * 1024,
  })
}
