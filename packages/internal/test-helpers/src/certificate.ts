import { generate } from 'selfsigned'

const DAY = 24 * 60 * 60 * 1000

/** A private key and its certificate, in PEM. */
export interface Certificate {
  readonly key: string
  readonly cert: string
}

/** Makes a self-signed certificate of `localhost` that expires in `days` days; negative, it has expired. */
export async function createCertificate(days = 1): Promise<Certificate> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    notBeforeDate: new Date(Date.now() - 30 * DAY),
    notAfterDate: new Date(Date.now() + days * DAY),
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  })
  return { key, cert }
}
