/** Returns the text of a block, given the words after its name. */
export type Block = (argument: string) => string

const BLOCK = /^<!-- generated: (\w+)(?: (\S+))? -->\n[\s\S]*?^<!-- \/generated -->$/gm

/**
 * Fills the blocks of a page, such as
 *
 *     <!-- generated: drivers db -->
 *     <!-- /generated -->
 *
 * Throws an error for a block that is unknown.
 */
export function fillBlocks(page: string, blocks: Readonly<Record<string, Block>>): string {
  return page.replace(BLOCK, (_, name: string, argument = '') => {
    const block = Object.hasOwn(blocks, name) ? blocks[name] : undefined
    if (!block) throw new Error(`unknown block ${name}: the blocks are ${Object.keys(blocks).join(', ')}`)
    const head = ['<!-- generated:', name, argument, '-->'].filter((word) => word !== '').join(' ')
    return `${head}\n\n${block(argument)}\n\n<!-- /generated -->`
  })
}
