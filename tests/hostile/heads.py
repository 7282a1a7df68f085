"""Sixty hostile addresses and headers, and more."""

from __future__ import annotations

import json

from tests.hostile.bodies import STUDY
from tests.hostile.requests import HOST, ON, Sent, raw, request

_HOSTS = {
    "a bracket": "[",
    "colons": "a:b:c",
    "empty": "",
    "userinfo": "evil@127.0.0.1",
    "a foreign name": "evil.example",
    "a port of letters": "127.0.0.1:abc",
    "a huge port": "127.0.0.1:99999999999",
    "no port": "127.0.0.1:",
    "half an address": "[::1",
    "an empty address": "[]",
    "a zone": "[fe80::1%25eth0]",
    "a blank": "127.0.0.1 evil",
    "a path": "127.0.0.1/evil",
    "bytes": "\xff\xfe",
    "long": "a" * 30_000,
    "numbers": "2130706433",
    "a comma": "127.0.0.1,evil",
    "percent": "127.0.0.1%00",
    "a question": "127.0.0.1?",
    "a tail": "127.0.0.1#@evil",
}
_ORIGINS = {
    "a bracket": "http://[",
    "null": "null",
    "bytes": "http://\xff",
    "empty": "",
    "no scheme": HOST,
    "foreign": "http://evil.example",
    "userinfo": f"http://evil@{HOST}",
    "a port of letters": f"http://{HOST}:abc",
    "two": f"http://{HOST}, http://evil",
    "long": "http://" + "a" * 30_000,
    "colons": "http://a:b:c",
    "a script": "javascript:alert(1)",
}
_ADDRESSES = {
    "a zero": "/%00",
    "a zero in the API": "/api/studies/%00",
    "a zero in an asset": "/assets/%00.js",
    "half of a pair": "/api/studies/%ED%A0%80",
    "bad percent": "/api/%ZZ",
    "cut percent": "/api/%",
    "Latin-1": "/api/%FF",
    "upwards": "/../../../../etc/passwd",
    "upwards, encoded": "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "upwards, twice encoded": "/%252e%252e/etc/passwd",
    "upwards in a study": "/api/studies/..%2F..%2Fetc",
    "upwards in an asset": "/assets/..%2f..%2f..%2fpyproject.toml",
    "backslashes": "/..%5c..%5cetc",
    "slashes": "//////",
    "a foreign address": "//evil.example/",
    "long": "/" + "a" * 20_000,
    "a long name": "/" + "a" * 300,
    "many folders": "/" + "a/" * 5_000,
    "a long name in the API": "/api/jobs/" + "a" * 20_000,
    "a line feed": "/api/studies/a%0D%0ASet-Cookie:x",
    "markup": "/api/%3Cscript%3E",
    "a blank": "/api/studies/%20",
    "an empty id": "/api/studies//export",
    "a dot": "/api/datasets/.",
    "dots": "/api/studies/%2e%2e",
    "an emoji": "/api/studies/%F0%9F%98%80",
    "a huge year": f"/api/economies/starter/{'9' * 5_000}",
    "a negative year": "/api/economies/starter/-1",
    "a year of letters": "/api/economies/starter/MMXVIII",
    "a dataset upwards": "/api/economies/..%2F..%2Fx/2018",
    "a dataset with a zero": "/api/economies/a%00b/2018",
    "a long dataset": f"/api/economies/{'a' * 10_000}/2018",
}
_QUERIES = {
    "region twice": "overview?region=IND&region=CHN",
    "no region": "overview?region=",
    "an unknown region": "overview?region=%FF",
    "half of a pair": "overview?region=%ED%A0%80",
    "a zero": "overview?region=%00",
    "long": "overview?region=" + "a" * 10_000,
    "regions twice": "linkages?region=IND&region=IND",
    "sectors twice": "extraction?region=IND&sector=metals&sector=metals",
    "the same block twice": "extraction?region=IND&region=IND&sector=metals&sector=metals",
    "a group and its member": "prices?cost=0.1&sector=manufacturing&sector=metals&region=IND",
    "500 regions": "linkages?" + "&".join(["region=IND"] * 500),
    "a cost that is none": "prices?cost=nan",
    "an infinite cost": "prices?cost=inf",
    "a huge cost": "prices?cost=" + "9" * 5_000,
    "a share that is none": "extraction?region=IND&share=nan",
    "a spending that is none": "induced?spending=nan",
    "extensions twice": "induced?extension=co2&extension=co2",
    "an unknown extension": "accounts?extension=%00",
    "a deflator that is none": "change?since=2018&deflator=nan",
    "an infinite deflator": "change?since=2018&deflator=inf",
    "a year before": "change?since=-5",
    "deflators with a path": "change?since=2018&deflators=../../etc/passwd",
    "a threshold that is none": "paths?region=IND&threshold=nan",
    "a threshold of zero": "paths?region=IND&threshold=0",
    "with upwards": "overview?region=IND&with=../../etc",
    "with a zero": "overview?region=IND&with=%00",
    "with many": "overview?region=IND&" + "with=a&" * 500,
    "with commas": "overview?region=IND&with=" + "," * 5_000,
    "bad percent": "overview?region=%ZZ%",
    "no query": "overview?&&&===",
    "10,000 keys": "overview?" + "&".join(f"k{i}=1" for i in range(5_000)),
    "bytes": "overview?region=\xff\xfe",
    "positions of all": "positions?by=world&region=IND&region=IND",
}


def heads() -> dict[str, Sent]:
    """Hostile addresses and headers, by name."""
    study = json.dumps({"id": "given", "study": STUDY}).encode()
    made = {f"Host: {name}": request("GET", "/api/datasets", Host=value) for name, value in _HOSTS.items()}
    made |= {
        f"Origin: {name}": request("POST", "/api/studies", study, "application/json", Origin=value)
        for name, value in _ORIGINS.items()
    }
    made |= {f"address: {name}": request("GET", value) for name, value in _ADDRESSES.items()}
    made |= {f"delete: {name}": request("DELETE", value) for name, value in _ADDRESSES.items()}
    made |= {f"query: {name}": request("GET", f"{ON}/{value}") for name, value in _QUERIES.items()}
    made |= {
        f"length: {name}": _of_length(value)
        for name, value in {
            "negative": "-1",
            "huge": "9" * 15,
            "beyond all": "9" * 400,
            "letters": "abc",
            "a fraction": "1.5",
            "superscript": "\xb2",
            "a list": "2, 5",
            "empty": "",
            "plus": "+5",
        }.items()
    }
    made |= {
        f"type: {name}": request("POST", "/api/studies", study, value)
        for name, value in {
            "none": "",
            "a form": "application/x-www-form-urlencoded",
            "a form of parts": "multipart/form-data",
            "parts without end": "multipart/form-data; boundary=" + "x" * 5_000,
            "XML": "application/xml",
            "bytes": "\xff",
            "a strange set": "application/json; charset=utf-7",
            "text": "text/plain",
            "long": "a/" + "b" * 20_000,
        }.items()
    }
    line, host = "GET /api/datasets HTTP/1.1", f"Host: {HOST}"
    return made | {
        "no host": raw(line),
        "two hosts": raw(line, host, "Host: evil.example"),
        "no host, as of old": raw("GET /api/datasets HTTP/1.0"),
        "a header without a colon": raw(line, host, "nonsense"),
        "a header without a name": raw(line, host, ": x"),
        "a folded header": raw(line, host, "X: a", " b"),
        "1,000 headers": raw(line, host, *(f"X-{i}: y" for i in range(1_000))),
        "a long header": raw(line, host, "X: " + "y" * 100_000),
        "a broken cookie": raw(line, host, 'Cookie: kaldor_session="\xff; a=b;;;=;'),
        "a broken token": raw(line, host, "Authorization: Bearer \xff\xfe"),
        "an unknown method": raw("FROB /api/datasets HTTP/1.1", host),
        "a long method": raw("A" * 5_000 + " /api/datasets HTTP/1.1", host),
        "an unknown version": raw("GET /api/datasets HTTP/9.9", host),
        "not HTTP": raw("\x16\x03\x01\x02\x00"),
        "a bare address": raw("GET api/datasets HTTP/1.1", host),
        "a whole address": raw("GET http://evil.example/api/datasets HTTP/1.1", host),
        "an asterisk": raw("OPTIONS * HTTP/1.1", host),
        "a broken range": request("GET", "/", Range="bytes=abc-"),
        "a huge range": request("GET", "/", Range="bytes=" + "0-1," * 2_000 + "0-1"),
        "a broken date": request("GET", "/", **{"If-Modified-Since": "yesterday"}),
        "a huge date": request("GET", "/", **{"If-Modified-Since": "Mon, 01 Jan 99999 00:00:00 GMT"}),
        "a broken chunk": Sent(
            f"POST /api/studies HTTP/1.1\r\n{host}\r\nTransfer-Encoding: chunked\r\n\r\n".encode(),
            b"ZZ\r\nabc\r\n0\r\n\r\n",
        ),
        "two lengths": raw("POST /api/studies HTTP/1.1", host, "Content-Length: 2", "Content-Length: 5", body=b"{}"),
        "a length and chunks": raw(
            "POST /api/studies HTTP/1.1", host, "Content-Length: 2", "Transfer-Encoding: chunked", body=b"0\r\n\r\n"
        ),
    }


def _of_length(value: str) -> Sent:
    return raw(
        "POST /api/studies HTTP/1.1",
        f"Host: {HOST}",
        "Content-Type: application/json",
        f"Content-Length: {value}",
        body=b"{}",
    )
