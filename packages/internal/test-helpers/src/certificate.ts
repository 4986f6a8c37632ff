import { generate } from 'selfsigned'

const DAY = 24 * 60 * 60 * 1000

/** A private key and its certificate, in PEM. */
export interface Certificate {
  readonly key: string
  readonly cert: string
}

/** Makes a self-signed certificate of `localhost` that expires in `days` days; negative, it has expired. */
export async function createCertificate(days = 1): Promise<Certificate> {
  const { key, cert } = await create('localhost', days)
  return { key, cert }
}

/** A chain of certificates: a root, an intermediate and that of `localhost`. */
export interface CertificateChain extends Certificate {
  /** That of `localhost` and the intermediate, as a server sends them. */
  readonly cert: string
  /** The root, which a client trusts. */
  readonly ca: string
}

/** In how many days each certificate of a chain expires; negative, it has expired. */
interface ChainDays {
  readonly leaf: number
  readonly intermediate: number
  readonly root: number
  /** That of the root by an older root, which the server sends too. @default none */
  readonly crossSigned?: number
}

/** Makes a chain of certificates. */
export async function createCertificateChain(days: ChainDays): Promise<CertificateChain> {
  const root = await create('Test Root', days.root)
  const intermediate = await create('Test Intermediate', days.intermediate, root)
  const { key, cert } = await create('localhost', days.leaf, intermediate)
  const sent = [cert, intermediate.cert]
  if (days.crossSigned !== undefined) {
    const oldRoot = await create('Old Root', days.crossSigned)
    sent.push((await create('Test Root', days.crossSigned, oldRoot, root)).cert)
  }
  return { key, cert: sent.join('\n'), ca: root.cert }
}

interface KeyPair extends Certificate {
  readonly publicKey: string
}

/** Makes a certificate, with a new key or that of another one. Without `issuer` it is self-signed. */
async function create(name: string, days: number, issuer?: Certificate, same?: KeyPair): Promise<KeyPair> {
  const isHost = name === 'localhost'
  const {
    private: key,
    public: publicKey,
    cert,
  } = await generate([{ name: 'commonName', value: name }], {
    notBeforeDate: new Date(Date.now() - 30 * DAY),
    notAfterDate: new Date(Date.now() + days * DAY),
    ...(issuer && { ca: { key: issuer.key, cert: issuer.cert } }),
    ...(same && { keyPair: { privateKey: same.key, publicKey: same.publicKey } }),
    extensions: isHost
      ? [{ name: 'subjectAltName', altNames: [{ type: 2, value: name }] }]
      : [
          { name: 'basicConstraints', cA: true, critical: true },
          { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
        ],
  })
  return { key, publicKey, cert }
}
