import { readFileSync } from 'node:fs'

/** The first npm that exchanges the OIDC token of a workflow for a token of its own (trusted publishing). */
const OLDEST_NPM = [11, 5, 1]

/**
 * Returns why npm would refuse to publish with provenance from this job. `environment` holds the variables of GitHub
 * Actions, `npmVersion` is what `npm --version` prints.
 */
export function runnerErrors(environment: NodeJS.ProcessEnv, npmVersion: string): readonly string[] {
  if (!environment.GITHUB_ACTIONS) {
    return [
      'Provenance can be made in GitHub Actions only. ' +
        'Add --no-provenance to publish from this machine, as for the first version of a new package.',
    ]
  }
  const visibility = visibilityOf(environment.GITHUB_EVENT_PATH)
  return [
    ...(environment.ACTIONS_ID_TOKEN_REQUEST_URL ? [] : ['The job needs the permission `id-token: write`']),
    ...(environment.RUNNER_ENVIRONMENT === 'github-hosted'
      ? []
      : [`The job must run on a GitHub-hosted runner, not on one that is ${environment.RUNNER_ENVIRONMENT}`]),
    ...(visibility === 'public' ? [] : [`The repository must be public; the event says ${visibility}`]),
    ...(isOlder(npmVersion) ? [`npm is ${npmVersion}; it must be ${OLDEST_NPM.join('.')} or newer`] : []),
  ]
}

/** Only the event says whether the repository is public. */
function visibilityOf(path: string | undefined): string {
  if (!path) return 'nothing'
  const { repository }: { readonly repository?: { readonly visibility?: string } } = JSON.parse(
    readFileSync(path, 'utf8'),
  )
  return repository?.visibility ?? 'nothing'
}

function isOlder(version: string): boolean {
  const parts = version.split('.').map(Number)
  const index = OLDEST_NPM.findIndex((oldest, position) => parts[position] !== oldest)
  return index !== -1 && Number(parts[index]) < Number(OLDEST_NPM[index])
}
