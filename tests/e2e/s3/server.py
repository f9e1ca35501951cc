"""OpenStack Swift with its S3 API in one process: a real object store that checks signatures, digests and the order of multipart uploads.

Usage: server.py DIRECTORY PORT KEY SECRET [CERTIFICATE]. Everything it stores lies below DIRECTORY; CERTIFICATE (PEM with its key) turns TLS on.
"""

import os
import sys

import eventlet

eventlet.monkey_patch()

import eventlet.wsgi  # noqa: E402
from swift.common import ring, utils  # noqa: E402
from swift.common.utils import get_logger  # noqa: E402

utils.HASH_PATH_SUFFIX = b'lockstep'  # else it stands in /etc/swift/swift.conf
utils.validate_hash_conf = lambda: None
utils.SWIFT_CONF_FILE = os.devnull

from swift.account.server import AccountController  # noqa: E402
from swift.common.wsgi import loadapp  # noqa: E402
from swift.container.server import ContainerController  # noqa: E402
from swift.obj.server import ObjectController  # noqa: E402

PIPELINE = 'catch_errors gatekeeper listing_formats bulk s3api tempauth slo proxy-server'

PROXY = """
[DEFAULT]
swift_dir = {directory}
log_level = ERROR

[pipeline:main]
pipeline = {pipeline}

[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true

[filter:s3api]
use = egg:swift#s3api
s3_acl = false
location = us-east-1
check_bucket_owner = false

[filter:tempauth]
use = egg:swift#tempauth
{user} = {secret} .admin

[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:slo]
use = egg:swift#slo
"""


def make_ring(directory, name, port):
    """One device holds everything."""
    builder = ring.RingBuilder(1, 1, 0)
    builder.add_dev({'region': 1, 'zone': 1, 'weight': 1, 'device': 'disk', 'ip': '127.0.0.1', 'port': port,
                     'replication_ip': '127.0.0.1', 'replication_port': port, 'meta': ''})
    builder.rebalance()
    builder.get_ring().save(os.path.join(directory, name + '.ring.gz'))


class Memory:
    """What Swift keeps in memcached, kept here."""

    def __init__(self):
        self.values = {}

    def get(self, key, raise_on_error=False):
        return self.values.get(key)

    def set(self, key, value, **_):
        self.values[key] = value

    def delete(self, key, **_):
        self.values.pop(key, None)


class Quiet:
    """A log for eventlet that keeps nothing."""

    def write(self, *_):
        pass


def main():
    directory, port, key, secret = sys.argv[1:5]
    certificate = sys.argv[5] if len(sys.argv) > 5 else None
    os.makedirs(os.path.join(directory, 'devices', 'disk'), exist_ok=True)
    config = {'swift_dir': directory, 'devices': os.path.join(directory, 'devices'), 'mount_check': 'false', 'log_level': 'ERROR'}
    logger = get_logger(config, 'swift')
    for name, controller in (('account', AccountController), ('container', ContainerController), ('object', ObjectController)):
        listener = eventlet.listen(('127.0.0.1', 0))
        make_ring(directory, name, listener.getsockname()[1])
        server = controller(config, logger=logger) if name == 'object' else controller(config, logger)
        eventlet.spawn(eventlet.wsgi.server, listener, server, Quiet(), log_output=False)
    proxy = os.path.join(directory, 'proxy-server.conf')
    with open(proxy, 'w') as file:
        file.write(PROXY.format(directory=directory, pipeline=PIPELINE, user='user_' + key.replace(':', '_'), secret=secret))
    app = loadapp(proxy, global_conf={'log_level': 'ERROR'})
    memory = Memory()
    listener = eventlet.listen(('127.0.0.1', int(port)))
    if certificate:
        listener = eventlet.wrap_ssl(listener, certfile=certificate, keyfile=certificate, server_side=True)
    eventlet.wsgi.server(listener, lambda environment, start: app(dict(environment, **{'swift.cache': memory}), start), Quiet(), log_output=False)


main()
