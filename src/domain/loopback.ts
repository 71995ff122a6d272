/** True for a host name or address, with or without brackets, that only this machine can reach. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** The same for the remote address of a socket, which may be an IPv4 address in IPv6 clothes. */
export function isLoopbackAddress(address: string | undefined): boolean {
  return address !== undefined && address !== 'localhost' && isLoopbackHost(address.replace(/^::ffff:/, ''));
}
