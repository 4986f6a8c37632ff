import { createHash } from 'node:crypto'
import { build } from 'esbuild'

/** Bundles the script and the style of this folder, and returns the source of `src/assets.ts`. */
export async function makeAssets(): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: import.meta.dirname,
    entryPoints: ['live.ts', 'style.css'],
    outdir: '.',
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    write: false,
  })
  const read = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))?.text.trim() ?? ''
  const constants = { script: read('.js'), style: read('.css') }
  return [
    '// biome-ignore-all format: generated from the folder browser by `npm run assets`',
    '// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the same',
    ...Object.entries(constants).flatMap(([name, text]) => [
      `export const ${name} = ${JSON.stringify(text)}`,
      `export const ${name}Hash = 'sha256-${createHash('sha256').update(text).digest('base64')}'`,
    ]),
    '',
  ].join('\n')
}
