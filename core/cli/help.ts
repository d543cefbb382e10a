// What the program says about itself.
import { version as number } from '#core/base/version.ts'

const text = `Stellar ${number}, a game-server control panel.

  stellar up                 the panel and a node on this machine, in one go
  stellar panel              the panel alone
  stellar node               a node alone: it runs game servers for a panel elsewhere
      --panel HOST:PORT        address of the panel's link (first start)
      --token TOKEN            enrolment token (first start); or STELLAR_TOKEN
  stellar owner create       makes the owner's account
      --email ADDRESS --name NAME   the password is asked for, or read from standard input
  stellar migrate            brings the database up to date and ends
  stellar version
  stellar help

Settings come from the environment:
  STELLAR_DATA         where everything is kept (./data)
  STELLAR_HOST         address the panel listens on (127.0.0.1)
  STELLAR_PORT         its port (3000)
  STELLAR_LINK_PORT    port that nodes dial (8443)
  STELLAR_URL          public address of the panel, e.g. https://panel.example
  DATABASE_URL         a PostgreSQL 15 or newer of your own instead of the embedded one
  STELLAR_OWNER_EMAIL, STELLAR_OWNER_PASSWORD   make the owner at the first start
  STELLAR_OWNER_API_KEY_FILE                    the first start writes an API key of the owner there
  STELLAR_INSTALL_DOCKER=1                      install Docker without asking (Debian, Ubuntu)
  STELLAR_LOG_LEVEL    error, warn, info, debug (info)
`

export async function help(): Promise<number> {
  process.stdout.write(text)
  return 0
}

export async function version(): Promise<number> {
  process.stdout.write(`${number}\n`)
  return 0
}
