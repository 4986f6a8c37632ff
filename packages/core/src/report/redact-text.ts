import { MASK } from './mask.ts'
import { redactPairs } from './redact-pairs.ts'
import { redactPrivateKeys } from './redact-private-keys.ts'
import { redactUrls } from './redact-urls.ts'
import { secrecyOf } from './secret-keys.ts'

// All patterns take linear time: a repetition is bounded, or nothing that follows it can fail.

const JSON_WEB_TOKENS = /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*){1,3}/g

/** The tokens of services that begin with a prefix of their own. */
const PREFIXED_TOKENS = new RegExp(
  `(?<![\\w-])(?:${[
    '(?:AKIA|ASIA)[A-Z\\d]{16}(?![\\w-])', // AWS
    'gh[opsur]_\\w{20,}|github_pat_\\w{20,}',
    'gl[a-z]{2,7}-[\\w-]{20,}', // GitLab
    'xox[a-z]-[\\w-]{12,}|xapp-[\\w-]{12,}', // Slack
    '[rs]k_(?:live|test)_\\w{10,}|whsec_\\w{10,}', // Stripe
    'npm_\\w{30,}',
    'AIza[\\w-]{30,}|GOCSPX-[\\w-]{20,}|ya29\\.[\\w-]{20,}', // Google
    'sk-(?=[\\w-]{0,60}\\d)[\\w-]{20,}', // OpenAI, Anthropic
    'SG\\.[\\w-]{16,}\\.[\\w-]{16,}', // SendGrid
    'hv[bs]\\.[\\w-]{20,}', // Vault
    'do[op]_v1_[a-f\\d]{20,}', // DigitalOcean
    'hf_[A-Za-z\\d]{30,}', // Hugging Face
    'pypi-[\\w-]{30,}',
    'AGE-SECRET-KEY-1[A-Z\\d]{20,}',
  ].join('|')})`,
  'g',
)

/** The path of a Slack webhook is its secret. */
const SLACK_WEBHOOKS = /(hooks\.slack\.com\/\w{1,20}\/)[\w/-]+/g

/** A credential without the name of its header: `Basic dXNlcjpwdw==`. Without a digit or a = it may be a word. */
const SCHEMES = /\b(basic|bearer) {1,3}(?=[\w.~+/-]{0,400}[\d=])[\w.~+/-]{6,}={0,2}/gi

/** SMTP sends credentials as base64, which has letters of both cases. */
const SMTP_LOGINS =
  /\b(AUTH (?:PLAIN|LOGIN|XOAUTH2) )(?=[A-Z\d+/=]{0,200}[a-z])(?=[a-z\d+/=]{0,200}[A-Z])[\w+/=]{6,}/g

/** Redis repeats the parameters of a command that it does not know, such as those of a renamed AUTH. */
const COMMAND_PARAMETERS = /(with args beginning with:)(?: {0,2}(?:'[^']*'|`[^`]*`),?){1,64}/g

/** `CREATE USER app IDENTIFIED BY 'hunter2'` */
const IDENTIFIED_BY = /\b(identified (?:with \S{1,40} )?(?:by|as) )(?:'[^']*'?|"[^"]*"?)/gi

const XML = /<([\w:.-]{1,60})>[^<]+(?=<\/)/g

/** The address in `app:hunter2@tcp(db:3306)/shop`, a data source name of Go. */
const DATA_SOURCE_ADDRESS = /@(?:tcp|udp|unix)\(/
const WORDS = /[^\s"'`]+/g

/** A text that is shorter and has none of these characters is a name or a number, and contains no secret that is recognised. */
const MIN_LENGTH = 16
const MARKS = /[\s:=@%<]/

/**
 * Removes what can be recognised as a secret without knowing it: user info in URLs, values after names such as `password`,
 * private keys, and tokens in the format of a well-known service.
 *
 * @example
 * redactText('host=db password=hunter2') // 'host=db password=***'
 */
export function redactText(text: string): string {
  if (text.length < MIN_LENGTH && !MARKS.test(text)) return text
  return redactPairs(redactNamed(redactUrls(redactPrivateKeys(text))))
    .replace(SCHEMES, `$1 ${MASK}`)
    .replace(SMTP_LOGINS, `$1${MASK}`)
    .replace(JSON_WEB_TOKENS, MASK)
    .replace(SLACK_WEBHOOKS, `$1${MASK}`)
    .replace(PREFIXED_TOKENS, MASK)
}

/** Removes what has a name, but not in the form of a pair. */
function redactNamed(text: string): string {
  return redactDataSourceNames(text)
    .replace(COMMAND_PARAMETERS, `$1 ${MASK}`)
    .replace(IDENTIFIED_BY, `$1'${MASK}'`)
    .replace(XML, (element, name: string) => (secrecyOf(name) === 'all' ? `<${name}>${MASK}` : element))
}

/** Removes the passwords of data source names. Their users stay. */
function redactDataSourceNames(text: string): string {
  if (!DATA_SOURCE_ADDRESS.test(text)) return text
  return text.replace(WORDS, (word) => {
    const user = word.indexOf(':') + 1
    const at = word.search(DATA_SOURCE_ADDRESS)
    return user === 0 || at < user ? word : word.slice(0, user) + MASK + word.slice(at)
  })
}
