"""Holds badges against an implementation of Open Badges 3.0 that is not ours: openbadgeslib (PyPI), offline.

    verify.py FOLDER DAY BADGE…      where FOLDER holds did.json and status.jwt, each BADGE is a file in any of the four forms,
                                     and DAY is the day that it is in the house that signed them

Prints a line of JSON for each: whether the signature holds, whether the badge was revoked, and what the verifier says.
"""

import json
import sys
from pathlib import Path

from freezegun import freeze_time
from openbadgeslib.ob3 import OB3LdpVerifier, OB3VerificationError, OB3Verifier
from openbadgeslib.verify import issuer_did_from_document, issuer_did_from_token

folder, day, badges = Path(sys.argv[1]), sys.argv[2], [Path(name) for name in sys.argv[3:]]


def fetch(url, *_, **__):
    """What would come over the network."""
    if url.endswith("/.well-known/did.json"):
        return (folder / "did.json").read_bytes()
    if "/status/revocation/" in url:
        return (folder / "status.jwt").read_bytes()
    raise OSError(f"nothing else is to be fetched: {url}")


def credential(badge):
    data = badge.read_bytes()
    if badge.suffix == ".png":
        return OB3Verifier.extract_token_from_png(data)
    if badge.suffix == ".svg":
        return OB3Verifier.extract_token_from_svg(data)
    return data.decode()


def verify(badge, check_status):
    text = credential(badge)
    if text.lstrip().startswith("{"):
        verifier = OB3LdpVerifier.for_issuer_did(issuer_did_from_document(text), download=fetch)
    else:
        verifier = OB3Verifier.for_issuer_did(issuer_did_from_token(text), download=fetch)
    return verifier.verify(text, check_status=check_status, verify_status_list=check_status, download=fetch)


def outcome(badge):
    try:
        verify(badge, check_status=False)
    except Exception as error:  # whatever it is: the badge was not taken
        return {"valid": False, "revoked": False, "says": f"{type(error).__name__}: {error}"}
    try:
        verify(badge, check_status=True)
    except OB3VerificationError as error:
        return {"valid": True, "revoked": "'revocation' is set" in str(error), "says": str(error)}
    return {"valid": True, "revoked": False, "says": "in force"}


with freeze_time(day):
    for badge in badges:
        print(json.dumps(outcome(badge)))
