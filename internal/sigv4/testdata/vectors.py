"""Writes vectors.json: requests signed by botocore, by its client for
cognito-idp and by its signer alone, with the clock standing still. Run by hand:

    python3 internal/sigv4/testdata/vectors.py > internal/sigv4/testdata/vectors.json
"""
import datetime
import json
import unittest.mock

import botocore
import botocore.auth
import botocore.awsrequest
import botocore.compat
import botocore.credentials
import botocore.session

KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
TOKEN = "a session token/with+symbols=="
UNSIGNED = ("User-Agent", "amz-sdk-invocation-id", "amz-sdk-request")  # differ from run to run
NOW = datetime.datetime(2026, 1, 1, 0, 5, 0)

vectors = []


def note(name, request):
    headers = {
        k: v.decode() if isinstance(v, bytes) else str(v)
        for k, v in request.headers.items()
        if k not in UNSIGNED
    }
    body = request.body if request.body is not None else b""
    if isinstance(body, bytes):
        body = body.decode()
    vectors.append(
        {"name": name, "method": request.method, "url": request.url, "headers": headers, "body": body}
    )


def by_client(name, region, endpoint, operation, token=None, **members):
    session = botocore.session.Session()
    session.set_credentials(KEY, SECRET, token)
    client = session.create_client("cognito-idp", region_name=region, endpoint_url=endpoint)

    def capture(request, **_):
        note(name, request)
        return botocore.awsrequest.AWSResponse(request.url, 200, {}, Raw())

    client.meta.events.register("before-send.cognito-idp.*", capture)
    getattr(client, operation)(**members)


class Raw:
    def stream(self, **_):
        yield b"{}"

    def read(self, *_):
        return b"{}"


def by_signer(name, method, url, body, token=None, **headers):
    headers = {k.replace("_", "-"): v for k, v in headers.items()}
    request = botocore.awsrequest.AWSRequest(method=method, url=url, data=body, headers=headers)
    credentials = botocore.credentials.Credentials(KEY, SECRET, token)
    botocore.auth.SigV4Auth(credentials, "cognito-idp", "eu-central-1").add_auth(request)
    note(name, request.prepare())


clocks = [
    unittest.mock.patch.object(module, "get_current_datetime", lambda *_, **__: NOW)
    for module in (botocore.auth, botocore.compat)
    if hasattr(module, "get_current_datetime")
]
for clock in clocks:
    clock.start()

by_client("the client, at Amazon", "us-east-1", None, "list_user_pools", MaxResults=1)
by_client("the client, at a port of its own", "eu-west-3", "http://127.0.0.1:9229", "list_user_pools", MaxResults=60)
by_client("the client, at a default port", "us-east-1", "https://auth.example.com:443", "list_user_pools", MaxResults=2)
by_client(
    "the client, with a session token and text outside ASCII",
    "us-east-1",
    "http://localhost:9229",
    "admin_create_user",
    token=TOKEN,
    UserPoolId="us-east-1_aB3dE6gHi",
    Username="zo\u00eb \u82b1\u5b50 \U0001f98a",
)
url = "https://cognito-idp.eu-central-1.amazonaws.com/"
target = "AWSCognitoIdentityProviderService.ListUserPools"
json_type = "application/x-amz-json-1.1"
by_signer("no body", "POST", url, b"", X_Amz_Target=target)
by_signer("blanks in a header", "POST", url, b"{}", X_Amz_Target=target, X_Amz_Note="  a   b\tc  ", Content_Type=json_type)
by_signer("the hash of the body in a header", "POST", url, b"{}", X_Amz_Target=target,
          X_Amz_Content_SHA256="44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")
by_signer("a path and a query", "GET", url + "a%20b/~c%2Fd/e@f?b=2&a=x%20y&a1=1&a=%2F&empty=&%C3%A9=1", b"")
by_signer("the Date header", "POST", url, b"{}", X_Amz_Target=target, Date="Thu, 01 Jan 2026 00:00:00 GMT")

print(
    json.dumps(
        {
            "madeBy": f"botocore {botocore.__version__}",
            "accessKey": KEY,
            "secret": SECRET,
            "now": NOW.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "vectors": vectors,
        },
        indent="\t",
    )
)
