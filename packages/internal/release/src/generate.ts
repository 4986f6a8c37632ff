// Writes what follows from the tables of drivers and of responses, and from the package.json files. With `--check`, names what is stale instead.
import { cliSources } from './generate/cli-sources.ts'
import { type Files, staleFiles, writeStale } from './generate/files.ts'
import { pages } from './generate/pages.ts'
import { responsePage } from './generate/response-page.ts'
import { manifests } from './manifests.ts'
import { readmeLinks } from './readme-links.ts'

/** Each returns the files that it generates. A later step may read what an earlier one has written. */
const steps: readonly (() => Files | Promise<Files>)[] = [
  manifests,
  cliSources,
  pages,
  responsePage,
  readmeLinks,
]

const isCheck = process.argv.includes('--check')
const stale = []
for (const step of steps) {
  const files = await step()
  stale.push(...(isCheck ? staleFiles(files) : writeStale(files)))
}

if (!isCheck) {
  for (const path of stale) console.log(`wrote ${path}`)
} else if (stale.length > 0) {
  for (const path of stale) console.error(`${path} is stale`)
  console.error('It is generated: run `npm run generate`')
  process.exitCode = 1
}
