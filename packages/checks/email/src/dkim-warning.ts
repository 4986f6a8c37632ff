import { createSign, type KeyLike, type SignKeyObjectInput, type SignPrivateKeyInput } from 'node:crypto'

interface DkimKey {
  readonly domainName?: string | undefined
  readonly keySelector?: string | undefined
  readonly privateKey?: KeyLike | SignKeyObjectInput | SignPrivateKeyInput | undefined
}

/** The options by which nodemailer signs mails: one key, or several in `keys`. */
interface DkimOptions extends DkimKey {
  readonly keys?: DkimKey | readonly DkimKey[] | undefined
  readonly hashAlgo?: string | undefined
}

/** The members of a transporter that sign mails. */
export interface SigningTransporter {
  readonly dkim?: { readonly options: DkimOptions } | false | undefined
  /** The second argument of `createTransport`. */
  readonly _defaults?: { readonly dkim?: DkimOptions | undefined }
}

/** Returns a warning about a DKIM key that cannot sign, if there is one: nodemailer sends such mails without a signature. */
export function dkimWarning({ dkim, _defaults: defaults }: SigningTransporter): string | undefined {
  for (const options of [dkim ? dkim.options : undefined, defaults?.dkim]) {
    const unusable = options && keysOf(options).find((key) => !canSign(key, options.hashAlgo))
    if (!unusable) continue
    const { keySelector, domainName } = unusable
    return `the DKIM key ${keySelector} of ${domainName} cannot sign, so that mails are sent without its signature: set privateKey to an RSA private key in PEM format`
  }
  return undefined
}

function keysOf({ keys, ...single }: DkimOptions): readonly DkimKey[] {
  return keys ? [keys].flat() : [single]
}

/** Whether nodemailer can sign with the key. */
function canSign({ privateKey = '' }: DkimKey, hashAlgo = 'sha256'): boolean {
  try {
    createSign(`rsa-${hashAlgo}`.toUpperCase()).sign(privateKey)
    return true
  } catch {
    return false
  }
}
