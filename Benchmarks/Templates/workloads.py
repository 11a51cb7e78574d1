"""The workloads that `bench` measures and `count` counts: templates with their variables, by name."""

NGINX = """user {{ user }};
worker_processes {{ workers | default('auto') }};
events { worker_connections {{ connections }}; }
http {
  include mime.types;
{% for server in servers %}
  server {
    listen {{ server.port }}{% if server.tls %} ssl http2{% endif %};
    server_name {{ server.names | join(' ') }};
    root {{ server.root | default('/var/www/' ~ server.names[0]) }};
{% if server.tls %}
    ssl_certificate /etc/ssl/{{ server.names[0] }}.pem;
    ssl_certificate_key /etc/ssl/{{ server.names[0] }}.key;
{% endif %}
{% for location in server.locations %}
    location {{ location.path }} {
{% if location.proxy is defined %}
      proxy_pass http://{{ location.proxy }};
      proxy_set_header Host $host;
{% else %}
      try_files $uri $uri/ =404;
{% endif %}
      # {{ loop.index }} of {{ loop.length }}
    }
{% endfor %}
  }
{% endfor %}
}
"""


def workloads():
    servers = [
        {
            "port": 80 + number,
            "tls": number % 2 == 0,
            "names": [f"site{number}.example.com", f"www.site{number}.example.com"],
            "locations": [{"path": "/"}, {"path": "/api", "proxy": f"10.0.0.{number}:8080"}],
        }
        for number in range(12)
    ]
    rows = [{"name": f"row {number}", "value": number, "on": number % 3 == 0} for number in range(10_000)]
    loop = "{% for row in rows %}{{ loop.index }}: {{ row.name }} = {{ row.value * 2 }}{% if row.on %} on{% endif %}\n{% endfor %}"
    conditions = [
        condition
        for number in range(250)
        for condition in (
            f"x is defined and y > {number}",
            f"name == 'host{number}' or 'web' in groups",
            f"not flag and y + {number} >= 10",
            f"items | length > {number % 5} and d.key is defined",
        )
    ]
    chain = {"v0": "x"} | {f"v{number}": f"{{{{ v{number - 1} }}}}-{number}" for number in range(1, 61)}
    long = NGINX * 72
    return {
        "nginx configuration of 200 lines": {
            "kind": "file",
            "templates": [NGINX],
            "variables": {"user": "www", "connections": 1024, "servers": servers},
        },
        "loop of 10,000 rows": {"kind": "file", "templates": [loop], "variables": {"rows": rows}},
        "1,000 conditions": {
            "kind": "conditions",
            "templates": conditions,
            "variables": {"x": 1, "y": 100, "name": "host7", "groups": ["db", "web"], "flag": False, "items": [1, 2, 3], "d": {"key": 1}},
        },
        "60 lazy variables": {"kind": "variable", "templates": ["{{ v60 }}"], "variables": chain},
        "parse 2,000 lines": {"kind": "parse", "templates": [long], "variables": {}},
    }
