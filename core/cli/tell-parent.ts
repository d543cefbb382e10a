// What a command that another one started, in a process of its own, has to say: over IPC, or as JSON to whoever typed it.

export async function tellParent(answer: unknown): Promise<void> {
  await new Promise<void>((done) => {
    if (process.send) process.send(answer, () => done())
    else done(void process.stdout.write(`${JSON.stringify(answer)}\n`))
  })
}
