import { expect, it } from 'vitest'
import { installCommand, type Machine } from './machine.ts'

const bare: Machine = {
  installed: false,
  systemd: true,
  initScript: false,
  apparmorParser: false,
  root: true,
  user: 'root',
  osRelease: '',
}

// Docker's own script says "Unsupported distribution" to all of these.
it.each<[string, string, Partial<Machine>, string]>([
  [
    'Alpine, which has no systemd',
    'ID=alpine',
    { systemd: false },
    'apk add docker iptables && rc-update add docker && service docker start',
  ],
  [
    'Manjaro',
    'ID=manjaro\nID_LIKE=arch',
    {},
    'pacman -Syu --noconfirm docker iptables && systemctl enable --now docker',
  ],
  [
    'openSUSE',
    'ID="opensuse-leap"\nID_LIKE="suse opensuse"',
    {},
    'zypper install -y docker iptables && systemctl enable --now docker',
  ],
  [
    'Amazon Linux',
    'ID="amzn"\nID_LIKE="fedora"',
    {},
    'dnf install -y docker iptables && systemctl enable --now docker',
  ],
  [
    'Rocky Linux as not root',
    'ID="rocky"\nID_LIKE="rhel centos fedora"',
    { root: false },
    'sudo dnf install -y dnf-plugins-core && ' +
      'sudo dnf config-manager --add-repo https://download.docker.com/linux/centos/docker-ce.repo && ' +
      'sudo dnf install -y docker-ce && sudo systemctl enable --now docker',
  ],
])('%s gets commands of its own', (_name, osRelease, machine, command) => {
  expect(installCommand({ ...bare, osRelease, ...machine })).toBe(command)
})
