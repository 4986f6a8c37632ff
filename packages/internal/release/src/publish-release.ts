// Publishes the tarballs in a folder: `publish-release.ts <folder> [--no-provenance]`. Run it again after an interruption:
// it leaves out what is published already. It uses nothing but Node and npm, so that no other code runs in the job that is
// trusted to publish.
import { execute } from './execute.ts'
import { readTarballs } from './pack.ts'
import { publish } from './publish.ts'
import { assertRepositoryIsSet, repositoryPage } from './repository.ts'
import { runnerErrors } from './runner-errors.ts'

const { GITHUB_SERVER_URL, GITHUB_REPOSITORY } = process.env
const [folder, flag] = process.argv.slice(2)
const provenance = flag !== '--no-provenance'
if (!folder) throw new Error('Usage: publish-release.ts <folder> [--no-provenance]')
assertRepositoryIsSet()
const npm = await execute('.', 'npm', ['--version'])
const errors = provenance ? runnerErrors(process.env, npm.stdout.trim()) : []
if (errors.length > 0) throw new Error(errors.join('\n'))

const repository = GITHUB_REPOSITORY ? `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}` : repositoryPage()
const options = { repository, provenance, interactive: !provenance }
for (const name of await publish(readTarballs(folder), options)) {
  console.log(`Published ${name}`)
}
