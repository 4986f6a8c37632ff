import { describeKind } from './describe-kind.ts'
import { sqliteKind } from './sqlite.ts'

describeKind(sqliteKind)
