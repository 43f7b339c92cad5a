import { expect, test } from 'vitest'
import { runTool } from '../subprocess.ts'
import { startRealLibvirtd } from './real-libvirtd.ts'
import { startRealSshd } from './real-sshd.ts'

test('reaches libvirtd through sshd, refuses a wrong key and does not trust an unknown host', async () => {
  const daemon = await startRealLibvirtd()
  const sshd = await startRealSshd(daemon.namespace)
  try {
    const say = (host: string) => runTool('ssh', ['-o', 'BatchMode=yes', host, 'echo', 'hello'], sshd.env)
    expect(await say(sshd.host)).toBe('hello\n')
    await expect(say(sshd.refusedHost)).rejects.toThrow('Permission denied')
    await expect(say(sshd.strangerHost)).rejects.toThrow('Host key verification failed')
    expect(await runTool('virsh', ['-c', `qemu+ssh://${sshd.host}/system`, 'uri'], sshd.env)).toContain('qemu')
  } finally {
    await sshd.stop()
    await daemon.stop()
  }
})
