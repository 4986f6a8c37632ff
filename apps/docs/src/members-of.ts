import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { ROOT } from './root.ts'

/** A member of an interface, as its comment describes it. */
export interface Member {
  readonly name: string
  /** Its type, as it is written; of a function its parameters and result. */
  readonly type: string
  /** Whether it is a method; a property may be a function too. */
  readonly isMethod: boolean
  readonly text: string
  /** Its default, as Markdown; empty where the comment has none. */
  readonly preset: string
}

/**
 * The members of the interface `name` in the sources of the package at `folder`.
 *
 * @throws Error if there is no such interface, or a member has no comment.
 */
export function membersOf(name: string, folder: string): readonly Member[] {
  for (const path of sourcesOf(folder)) {
    const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true)
    const found = source.statements.find(
      (statement): statement is ts.InterfaceDeclaration =>
        ts.isInterfaceDeclaration(statement) && statement.name.text === name,
    )
    if (found) return found.members.map(toMember)
  }
  throw new Error(`no interface ${name} in ${folder}`)
}

function toMember(member: ts.TypeElement): Member {
  const name = member.name?.getText() ?? ''
  const comment = ts.getJSDocCommentsAndTags(member).find(ts.isJSDoc)?.comment
  const tag = ts.getJSDocTags(member).find(({ tagName }) => tagName.text === 'default')
  const text = oneLine(ts.getTextOfJSDocComment(comment) ?? '')
  if (!text) throw new Error(`${name} has no comment`)
  return {
    name,
    type: typeOf(member),
    isMethod: ts.isMethodSignature(member),
    text,
    preset: quoted(oneLine(ts.getTextOfJSDocComment(tag?.comment) ?? '')),
  }
}

function typeOf(member: ts.TypeElement): string {
  if (!ts.isPropertySignature(member)) return oneLine(member.getText().slice(member.name?.getText().length))
  return oneLine(member.type?.getText() ?? '')
    .replace(/ \| undefined$/, '')
    .replace(/^\((.*)\)$/, '$1')
}

/** Formats a value as code, and leaves what follows it, as in `1000 for probes`, as it is. */
function quoted(preset: string): string {
  return preset.replace(/^('[^']*'|\[\]|\{\}|\d[\d.]*|true|false)/, '`$1`')
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

function sourcesOf(folder: string): readonly string[] {
  const files = readdirSync(join(ROOT, folder, 'src'), { recursive: true, encoding: 'utf8' })
  return files.filter((file) => file.endsWith('.ts')).map((file) => join(ROOT, folder, 'src', file))
}
