#!/usr/bin/env python3
"""Stands before an AWS endpoint and does harm to its answers: fault-proxy.py UPSTREAM FAULT...

Prints its own address and ends when standard input ends. Each request meets the next of the faults; when they are used up, all is well.

    ok        the answer as it is            throttle  503, RequestLimitExceeded
    403       UnauthorizedOperation          half      half of the answer, then the connection ends
    500       InternalError                  stall     the answer never comes

`FAULT@TEXT` waits for a request that holds TEXT (a region, say); `FAULT*` stays for ever.
"""
import http.client
import http.server
import sys
import threading
import time
from urllib.parse import urlsplit

ERRORS = {
    "403": (403, "UnauthorizedOperation", "You are not authorized to perform this operation."),
    "500": (500, "InternalError", "An internal error has occurred"),
    "throttle": (503, "RequestLimitExceeded", "Request limit exceeded."),
}


class Proxy(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    faults: list[str] = []
    lock = threading.Lock()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fault = self.next_fault(str(self.headers) + body.decode())
        if fault in ERRORS:
            status, code, message = ERRORS[fault]
            text = f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors></Response>"
            return self.answer(status, text.encode())
        if fault == "stall":
            self.close_connection = True
            while not self.server.is_ending:
                time.sleep(0.1)
            return None
        upstream = http.client.HTTPConnection(self.server.upstream)
        upstream.request("POST", self.path, body, dict(self.headers))
        response = upstream.getresponse()
        text = response.read()
        return self.answer(response.status, text, len(text) // 2 if fault == "half" else len(text))

    def next_fault(self, request):
        with self.lock:
            for number, entry in enumerate(self.faults):
                fault, _, wanted = entry.rstrip("*").partition("@")
                if wanted in request:
                    if not entry.endswith("*"):
                        del self.faults[number]
                    return fault
        return "ok"

    def answer(self, status, text, count=None):
        self.send_response(status)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text[:count])
        self.close_connection = count is not None and count < len(text)

    def log_message(self, *_):
        pass


def main(upstream, *faults):
    Proxy.faults = list(faults)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    server.daemon_threads = True
    server.upstream = urlsplit(upstream).netloc
    server.is_ending = False
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    sys.stdin.read()
    server.is_ending = True


if __name__ == "__main__":
    main(*sys.argv[1:])
