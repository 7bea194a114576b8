// The wire as a browser and a curious curl see it: plain fetch, no client.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import * as lib from './lib.mjs';

const page = 'http://localhost:5173'; // where somebody's app runs
const amzJSON = 'application/x-amz-json-1.1';

function call(operation, input, headers = {}) {
	return fetch(`${lib.endpoint}/`, {
		method: 'POST',
		headers: {
			'Content-Type': amzJSON,
			'X-Amz-Target': `AWSCognitoIdentityProviderService.${operation}`,
			...headers,
		},
		body: typeof input === 'string' ? input : JSON.stringify(input),
	});
}

async function assertError(res, status, name, message) {
	assert.equal(res.status, status);
	const body = await res.json();
	assert.equal(body.__type, name);
	if (message !== undefined) assert.equal(body.message, message);
	assert.equal(res.headers.get('x-amzn-errortype'), `${name}:`);
	assert.ok(res.headers.get('x-amzn-requestid'));
}

const list = (header) => header.toLowerCase().split(/\s*,\s*/);

// allows says whether a header such as Access-Control-Allow-Headers has all names.
function assertAllows(header, names) {
	const allowed = list(header ?? '');
	if (allowed.includes('*')) return;
	for (const name of names) assert.ok(allowed.includes(name), `${name} in ${header}`);
}

test('a browser may call from any page', async () => {
	const wanted = ['content-type', 'x-amz-target', 'x-amz-user-agent', 'cache-control', 'amz-sdk-invocation-id', 'amz-sdk-request'];
	const res = await fetch(`${lib.endpoint}/`, {
		method: 'OPTIONS',
		headers: {
			Origin: page,
			'Access-Control-Request-Method': 'POST',
			'Access-Control-Request-Headers': wanted.join(','),
		},
	});
	assert.ok(res.ok, `preflight: ${res.status}`);
	assert.equal(res.headers.get('access-control-allow-origin'), '*');
	assertAllows(res.headers.get('access-control-allow-methods'), ['post']);
	assertAllows(res.headers.get('access-control-allow-headers'), wanted);
});

test('a page can read answers and errors', async () => {
	const AuthParameters = { USERNAME: await lib.confirmedUser(), PASSWORD: lib.password };
	const input = { ClientId: lib.clientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters };
	const good = await call('InitiateAuth', input, { Origin: page });
	const bad = await call('GetUser', { AccessToken: 'none' }, { Origin: page });
	assert.equal(good.status, 200);
	await assertError(bad, 400, 'NotAuthorizedException', 'Invalid Access Token');
	for (const res of [good, bad]) {
		assert.equal(res.headers.get('access-control-allow-origin'), '*');
		assertAllows(res.headers.get('access-control-expose-headers'), ['x-amzn-requestid', 'x-amzn-errortype', 'x-amzn-errormessage']);
	}
	assert.equal(good.headers.get('content-type'), amzJSON);
	assert.deepEqual((await good.json()).ChallengeParameters, {});
});

test('a page can read the keys', async () => {
	const res = await fetch(`${lib.endpoint}/${lib.poolId}/.well-known/jwks.json`, { headers: { Origin: page } });
	assert.equal(res.status, 200);
	assert.equal(res.headers.get('access-control-allow-origin'), '*');
	const { keys } = await res.json();
	assert.equal(keys.length, 2);
	for (const key of keys) {
		assert.deepEqual(Object.keys(key).sort(), ['alg', 'e', 'kid', 'kty', 'n', 'use']);
		assert.deepEqual([key.alg, key.e, key.kty, key.use], ['RS256', 'AQAB', 'RSA', 'sig']);
	}
	assert.notEqual(keys[0].kid, keys[1].kid);
});

test('a page of somebody else can read no inbox and move no clock', async () => {
	const url = `${lib.endpoint}/_cenote/inbox?destination=ada@example.com`;
	const inbox = await fetch(url, { headers: { Origin: 'https://elsewhere.example' } });
	assert.equal(inbox.status, 403);
	const clock = await fetch(`${lib.endpoint}/_cenote/clock`, {
		method: 'POST',
		headers: { Origin: 'https://elsewhere.example' },
		body: '{"advance":"25h"}',
	});
	assert.equal(clock.status, 403);
	for (const res of [inbox, clock]) assert.equal(res.headers.get('access-control-allow-origin'), null);
});

test('a name that was pointed at the loopback address is refused', async () => {
	const { hostname, port } = new URL(lib.endpoint);
	const status = await new Promise((resolve, reject) => {
		const req = request({ hostname, port, path: '/_cenote/inbox', headers: { Host: 'elsewhere.example' } }, (res) => {
			res.resume();
			resolve(res.statusCode);
		});
		req.on('error', reject);
		req.end();
	});
	assert.ok(status >= 400 && status < 500, `status ${status}`);
});

test('an administrative call must be signed', async () => {
	const res = await call('DescribeUserPool', { UserPoolId: lib.poolId });
	await assertError(res, 400, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
});

test('what is no call of the service is named so', async () => {
	await assertError(await call('PlantTulip', {}), 400, 'UnknownOperationException');
	await assertError(await call('GetUser', 'not JSON'), 400, 'SerializationException');
	await assertError(await call('GetUser', { AccessToken: 7 }), 400, 'SerializationException');
});

test('every violation is named, and no secret repeated', async () => {
	await assertError(
		await call('ConfirmSignUp', {}),
		400,
		'InvalidParameterException',
		"3 validation errors detected: Value null at 'clientId' failed to satisfy constraint: Member must not be null; " +
			"Value null at 'username' failed to satisfy constraint: Member must not be null; " +
			"Value null at 'confirmationCode' failed to satisfy constraint: Member must not be null",
	);
	const res = await call('SignUp', { ClientId: lib.clientId, Username: 'ada', Password: `${lib.password} ` });
	assert.equal(res.status, 400);
	const { message } = await res.json();
	assert.match(message, /Value at 'password' failed to satisfy constraint/);
	assert.ok(!message.includes(lib.password));
});

test('the inbox is a page for people', async () => {
	const email = await lib.confirmedUser();
	const res = await fetch(`${lib.endpoint}/_cenote/inbox?destination=${email}`, { headers: { Accept: 'text/html' } });
	assert.equal(res.status, 200);
	assert.match(res.headers.get('content-type'), /^text\/html/);
	assert.ok((await res.text()).includes(email));

	const [message] = await lib.inbox(email);
	assert.deepEqual(Object.keys(message).sort(), ['body', 'code', 'destination', 'id', 'medium', 'subject', 'time']);
	assert.equal(message.medium, 'EMAIL');
	assert.match(message.code, /^[0-9]{6}$/);
	assert.ok(message.body.includes(message.code));
});

test('health and readiness answer', async () => {
	for (const path of ['health', 'ready']) {
		assert.equal((await fetch(`${lib.endpoint}/_cenote/${path}`)).status, 200);
	}
});
