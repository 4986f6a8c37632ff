import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The files that take longest: they wait for the timeouts of servers that hang. */
const LONG = /\/(internal\/fault-matrix|tools\/testing)\/test\//

/** Starts the long files early, one after every two others, so that none is left for the end and no four run at once. */
export class Sequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const long = sorted.filter(({ moduleId }) => LONG.test(moduleId))
    const others = sorted.filter(({ moduleId }) => !LONG.test(moduleId))
    const mixed = others.flatMap((file, index) => [...long.slice(index / 2, (index + 1) / 2), file])
    return [...mixed, ...long.slice(others.length / 2)]
  }
}
