import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The files that take longest. Most wait for the timeouts of servers that hang. */
const LONG = [
  '/internal/fault-matrix/test/',
  '/tools/testing/test/',
  '/adapters/nest/test/watchman-module.test.ts',
  '/core/test/properties.test.ts',
  '/core/test/fuzz.test.ts',
  '/core/test/hostile-check.test.ts',
]

/**
 * Starts the files of the core first, which is soon done and which everything depends on, and next to each other, so that they
 * share processes. Then starts one long file after every two others, so that none is left for the end and no four run at once.
 */
export class Sequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isCore = ({ project }: TestSpecification) => project.name === 'core'
    const isLong = ({ moduleId }: TestSpecification) => LONG.some((path) => moduleId.includes(path))
    const core = sorted.filter(isCore)
    const others = sorted.filter((file) => !isCore(file) && !isLong(file))
    const long = sorted.filter((file) => !isCore(file) && isLong(file))
    return [
      ...core.filter(isLong),
      ...core.filter((file) => !isLong(file)),
      ...others.flatMap((file, index) => [...long.slice(index / 2, (index + 1) / 2), file]),
      ...long.slice(others.length / 2),
    ]
  }
}
