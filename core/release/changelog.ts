// What the changelog says of a version.

/** The section below `## VERSION`, which may carry a date behind it. Throws when there is none, or nothing in it. */
export function notesOf(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m).slice(1)
  const section = sections.find((text) => text.split(/\s/, 1)[0] === version)
  if (section === undefined) {
    const first = sections[0]?.split('\n', 1)[0]
    throw new Error(
      `CHANGELOG.md has no section “## ${version}”${first ? `; its first is “${first}”` : ''}. Give what is released its number.`,
    )
  }
  const notes = section.slice(section.indexOf('\n') + 1).trim()
  if (notes.replace(/^#.*$/gm, '').trim() === '') throw new Error(`CHANGELOG.md says nothing of ${version}.`)
  return notes
}
