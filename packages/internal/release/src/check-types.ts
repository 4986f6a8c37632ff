// Checks the types of every package, as the script `typecheck` of each does, in a quarter of the time: what they share, above all
// the types of Node and of the clients, is parsed once, and each file is checked only in the tsconfig that includes it.
import ts from 'typescript'
import { type Project, projects, ROOT } from './projects.ts'

/** What is compiled where it is installed or generated: against the packed packages, or with the names filled in. */
const COMPILED_ELSEWHERE = /\/(consumers|templates)\//

const registry = ts.createDocumentRegistry()

/** What `tsc` would report for the files that `project` includes. */
function diagnosticsOf({ options, files, errors }: Project): readonly ts.Diagnostic[] {
  const { sys } = ts
  const host: ts.LanguageServiceHost = {
    getCompilationSettings: () => options,
    getScriptFileNames: () => [...files],
    getScriptVersion: () => '', // no file changes while this runs
    getScriptSnapshot(path) {
      const text = sys.readFile(path)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getCurrentDirectory: () => ROOT,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    useCaseSensitiveFileNames: () => sys.useCaseSensitiveFileNames,
    fileExists: sys.fileExists,
    readFile: sys.readFile,
    directoryExists: sys.directoryExists,
    getDirectories: sys.getDirectories,
    realpath: (path) => sys.realpath?.(path) ?? path,
  }
  const program = ts.createLanguageService(host, registry).getProgram()
  if (!program) throw new Error('TypeScript created no program')
  return [
    ...errors,
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...files.flatMap((path) => {
      const file = program.getSourceFile(path)
      return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]
    }),
  ]
}

const checked = projects().filter(({ path }) => !COMPILED_ELSEWHERE.test(path))
const diagnostics = ts.sortAndDeduplicateDiagnostics(checked.flatMap(diagnosticsOf))
if (diagnostics.length > 0) {
  const format = { getCurrentDirectory: () => ROOT, getCanonicalFileName: String, getNewLine: () => '\n' }
  console.error(ts.formatDiagnosticsWithColorAndContext(diagnostics, format))
  process.exitCode = 1
}
console.log(`Checked the types of ${checked.length} projects: ${diagnostics.length} errors`)
