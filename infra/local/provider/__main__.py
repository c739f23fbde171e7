"""`python -m infra.local.provider CACHE_DIR` serves the provider alone and prints how to reach it."""

from __future__ import annotations

import sys
from pathlib import Path

from infra.local.provider.server import ProviderServer

if len(sys.argv) != 2:
    sys.exit("usage: python -m infra.local.provider CACHE_DIR")
with ProviderServer(cache_dir=Path(sys.argv[1])) as server:
    print(f"export TF_REATTACH_PROVIDERS='{server.reattach()}'", flush=True)
    try:
        server.wait()
    except KeyboardInterrupt:
        sys.exit(130)
