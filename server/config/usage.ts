export const USAGE = `domscope: every domain of a libvirt estate, live, in a browser. It only ever reads.

Usage: domscope [flags]

  --connect [NAME=]URI   Host to watch; repeat for more. NAME defaults to the host of the URI.
                         qemu:///system, qemu+ssh://kvm-01/system, sim:?hosts=8&domains=2000
  --listen HOST:PORT     Where to serve the pages (default 127.0.0.1:8080); beyond loopback only with a login
  --base-path /PATH      Serve everything below this path, as a proxy in front has it (default: at the root)
  --tls-cert FILE        Certificate in PEM, with its chain; needs --tls-key. Without both: http
  --tls-key FILE         Its key, without a passphrase
  --auth MODE            How people log in: loopback (nobody does; the default), token, htpasswd, proxy, oidc
  --insecure-no-auth     Listen beyond loopback without a login: everybody who reaches it sees everything
  --interval MS          Time between two polls, 200 to 60000 (default 1000)
  --duty PERCENT         Share of a daemon's time that our larger calls may take, 1 to 100 (default 10)
  --history-memory MIB   Memory for the recent past, 8 to 1048576 (default: what the domains found need for 10 minutes of
                         every sample and 2 hours of 10 s figures, at most a quarter of the machine's memory)
  --log-level LEVEL      What the log tells: error, warn or info (the default); what people did it always tells
  --log-format FORMAT    json, text for people, or auto (the default): text on a terminal, else json
  --config FILE          File in YAML or JSON: listen, basePath, auth, interval, duty, historyMemory, hosts, allowedHosts, links, limits, tls,
                         trustedProxies, logLevel, logFormat
  --hash-password USER   Ask for a password and print its line for the password file, and exit
  --check                Connect to every host, report what it costs and what it lacks, exit 0 or 1
  --print-config         Print the settings in force, without secrets, and exit
  --version              Print the version and exit
  --help                 Print this and exit

A flag goes before its variable (DOMSCOPE_CONNECT, DOMSCOPE_LISTEN, DOMSCOPE_BASE_PATH, DOMSCOPE_TLS_CERT,
DOMSCOPE_TLS_KEY, DOMSCOPE_AUTH, DOMSCOPE_INTERVAL, DOMSCOPE_DUTY, DOMSCOPE_HISTORY_MEMORY, DOMSCOPE_LOG_LEVEL,
DOMSCOPE_LOG_FORMAT, DOMSCOPE_CONFIG), a variable before the file, the file before the default. Without hosts from any of them come LIBVIRT_DEFAULT_URI,
uri_default of libvirt's client, and the sockets of the daemons of this machine.

Exit: 0 done, 1 cannot start or a check failed, 70 fault in Domscope, 78 a setting cannot be used.
`
