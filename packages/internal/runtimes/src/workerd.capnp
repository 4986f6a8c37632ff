using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(
    name = "worker",
    worker = (
      modules = [(name = "worker.js", esModule = embed "worker.js")],
      compatibilityDate = "2026-11-01",
    ),
  )],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")],
);
