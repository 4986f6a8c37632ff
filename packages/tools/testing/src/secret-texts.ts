/** A text that contains a secret. */
export interface SecretText {
  /** The text, as an error or a log contains it. */
  readonly text: string
  /** The part of it that must not be shown. */
  readonly secret: string
  /** What is shown. An operator needs the rest of the text. */
  readonly shown: string
}

/** Makes one of `text`, in which the secret is quoted: `password=«hunter2»` is shown as `password=***`. */
function secretText(text: string): SecretText {
  const [before = '', secret = '', after = ''] = text.split(/[«»]/)
  return { text: `${before}${secret}${after}`, secret, shown: `${before}***${after}` }
}

/** Characters of a token. Tokens are assembled here, so that scanners do not mistake this file for a leak. */
function token(length: number): string {
  return 'a1B2c3D4e5F6g7H8i9J0'.repeat(5).slice(0, length)
}

const PRIVATE_KEY = ['-----BEGIN', 'RSA PRIVATE KEY-----'].join(' ')
const JSON_WEB_TOKEN = [`eyJhbGciOiJIUzI1NiJ9`, `eyJzdWIiOiIxIn0`, token(43)].join('.')

/**
 * Texts with a secret that Watchman recognises by its form or by the name before it, without knowing it. Add those of your own
 * service when you run `redactionCases`.
 */
export const secretTexts: readonly SecretText[] = [
  // URLs
  'connect postgres://«app:hunter2»@db:5432/shop failed',
  'redis://«:hunter2»@cache:6379',
  'rediss://«default:hunter2»@cache.test:6380/0',
  'mysql://«app:hun/ter2»@db/shop',
  'mysql://«app:hun/ter@2»@db/shop',
  'mysql://«app:hun@ter2»@db/shop',
  'mysql://«app:hun#ter2»@db/shop',
  'mysql://«app:hun?ter2»@db/shop',
  'smtp://«app:12#hunter2»@mail.test:25',
  'https://«app:12#hunter2»@api.test',
  'redis://«app:12/34»@cache.test:6379/0',
  'mysql://«app:hu@nt:er/2?»@db:3306/shop',
  'Invalid URL: postgres://«app:hunt"er2»@db/shop',
  'mongodb+srv://«app:hunter2»@a.test,b.test/?retryWrites=true',
  'mongodb://«app:hunter2»@a.test:27017,b.test:27017/shop',
  'amqp://«app:hunter2»@queue:5672/%2F is not reachable',
  'smtps://«ops%40shop.test:hunter2»@mail.test:465',
  'GET https://«x-access-token:hunter2»@git.test/@scope/package.git answered 403',
  'https://«hunter2public»@errors.test/4 did not answer',
  'http://«app:hunter2»@[::1]:9200/_cluster/health',
  '?redirect=redis%3A%2F%2F«app%3Ahunter2»%40cache%3A6379&x=1',
  'clickhouse://«app:hunter2»@db:8123?name=a',
  // query parameters and forms
  'https://s3.test/?X-Amz-Security-Token=«hunter2»&x=1',
  'https://s3.test/a?X-Amz-Expires=60&X-Amz-Signature=«fe5f80f77d5fa3be»&x=1',
  'https://shop.blob.test/a?sv=2024-11-04&sp=r&sig=«hunt%2Ber2%3D»&se=2026',
  'GET /login?user=app&password=«hunter2»&next=/ failed',
  'callback?access_token=«hunter2»&expires_in=3600',
  'sent grant_type=password%26password%3D«hunter2»%26scope%3Dall',
  // connection strings
  'host=db password=«hunter2» user=app',
  'Server=db;Database=shop;User Id=app;Password=«hunter2»;Encrypt=true',
  'Password = «hunter2»;Server=db',
  'DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=«aHVudGVyMg==»;EndpointSuffix=core.test',
  'Endpoint=sb://shop.test/;SharedAccessKeyName=Root;SharedAccessKey=«aHVudGVyMg=»',
  'cannot parse root:«hunter2»@tcp(db:3306)/shop',
  'dsn root:«hunt@er:2»@unix(/run/mysqld.sock)/shop',
  // environments, command lines, SQL and commands
  'SECRET_KEY=«hunter2» is too short',
  'AWS_SECRET_ACCESS_KEY=«hunter2/+»',
  'export PGPASSWORD=«hunter2»',
  'MYSQL_PWD=«hunter2» mysqldump failed',
  'redis-cli --pass «hunter2» ping',
  'mysql --user app --password=«hunter2» shop',
  'tool --api-key «hunter2» --verbose',
  "syntax error at CREATE USER app IDENTIFIED BY '«hunter2»'",
  "syntax error at ALTER ROLE app WITH PASSWORD '«hunter2»'",
  '535 after AUTH PLAIN «AGFwcABodW50ZXIy»',
  // objects, as JSON, as JSON in a string, and as Node prints them
  '{"password":"«hunter2»","user":"app"}',
  '{"password": "«hunt\\"er2»", "user": "app"}',
  '{"error":"{\\"password\\":\\"«hunter2»\\",\\"user\\":\\"app\\"}"}',
  '{\\"password\\":\\"«hunt\\\\\\"er2»\\"}',
  '{\\\\\\"password\\\\\\":\\\\\\"«hunter2»\\\\\\"}',
  "{ password: '«hunter2 with blanks»', user: 'app' }",
  "{ clientSecret: '«hunter2»', clientId: 'app' }",
  'privateKey: `«hunter2»`',
  '{"refresh_token" : "«hunter2»"}',
  '{"passphrase"=>"«hunter2»"}',
  "'x-api-key': '«hunter2»'",
  "'set-cookie': «[ 'sid=hunter2; Path=/' ]»",
  'password: «<Buffer 68 75 6e 74 65 72 32>»',
  'value=&quot;a&quot; token=&quot;«hunter2»&quot;',
  '<ns:Password>«hunter2»</ns:Password>',
  'password: «hunter2»',
  'password -> «hunter2»',
  'password := "«hunter2»"',
  "password='«it''s hunter2»' user='app'",
  'secret_access_key: «hunter2»',
  'api-key=«hunter2»',
  'refused the API key: «hunter2»',
  // headers
  'Authorization: «Bearer hunter2»',
  'authorization: «Basic aHVudGVyMg==»',
  'Proxy-Authorization: «Basic aHVudGVyMg==»',
  'Authorization: «Digest username="app", realm="r", nonce="n", response="hunter2"»',
  'Authorization: «AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu/s3/aws4_request, SignedHeaders=host, Signature=fe5f»',
  'Authorization: «hunter2»',
  'Cookie: «sid=hunter2; theme=dark»',
  'Set-Cookie: «sid=hunter2; Path=/; HttpOnly»',
  'X-Api-Key: «hunter2»',
  'X-Vault-Token: «hunter2»',
  'the proxy sent Basic «aHVudGVyMg==» to the server',
  'refused: Bearer «hunter2.hunter2»',
  // Redis
  "ERR unknown command 'HELLO', with args beginning with: «'3' 'AUTH' 'default' 'hunter2'»",
  'ERR unknown command `AUTH`, with args beginning with: «`hunter2`,»',
  // tokens and keys with a form of their own
  `invalid JWT «${JSON_WEB_TOKEN}»`,
  `cannot read «${PRIVATE_KEY}\nMIIEhunter2\n${PRIVATE_KEY.replace('BEGIN', 'END')}» of the server`,
  `cannot read «${PRIVATE_KEY}\\nMIIEhunter2 and the rest»`,
  'the access key «AKIAIOSFODNN7EXAMPLE» does not exist',
  `GitHub refused «ghp_${token(36)}»`,
  `GitHub refused «github_pat_${token(22)}_${token(59)}»`,
  `GitLab refused «glpat-${token(20)}»`,
  `Slack refused «xoxb-${token(40)}»`,
  `POST https://hooks.slack.com/services/«T0000/B0000/${token(24)}» answered 404`,
  `No such API key: «sk_live_${token(24)}»`,
  `Stripe refused «rk_test_${token(24)}»`,
  `npm refused «npm_${token(36)}»`,
  `Google refused «AIza${token(35)}»`,
  `Incorrect API key provided: «sk-proj-${token(40)}»`,
  `SendGrid refused «SG.${token(22)}.${token(43)}»`,
  `Vault refused «hvs.${token(24)}»`,
].map(secretText)
