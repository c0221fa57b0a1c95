/** Forgets what is set for this machine's own stack: no test's chats go to the user's CRM. */
export function forgetOwnSettings(): void {
  for (const name of Object.keys(process.env)) if (/^(FORWARDER_.*|HOST|PORT)$/.test(name)) delete process.env[name];
}
