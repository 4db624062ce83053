"""Which proxy of the environment stands between us and a server, if any.

A proxy on the way to an https:// address sees which server is asked, and nothing of what is said. What goes unencrypted it would
read, keys included, so there it is passed by, as it is for addresses at home.
"""

import requests

from pipeline.loopback import is_at_home


def proxy_for(url: str) -> str | None:
    """The address of the proxy through which *url* is asked, with its scheme; None where it is asked straight."""
    if not url.lower().startswith("https://") or is_at_home(url):
        return None
    found = requests.utils.select_proxy(url, requests.utils.get_environ_proxies(url))
    return f"http://{found}" if found and "://" not in found else found or None
