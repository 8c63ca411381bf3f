# A Worker that does nothing, for `counter-gen load` to measure itself against.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "empty", worker = .empty)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "empty")],
);

const empty :Workerd.Worker = (
  modules = [(
    name = "index.js",
    esModule = "export default { fetch: () => new Response(null, { status: 204 }) };",
  )],
  compatibilityDate = "2026-08-01",
);
