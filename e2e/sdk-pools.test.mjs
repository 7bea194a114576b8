// @aws-sdk/client-cognito-identity-provider v3: pools and clients.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
	CreateUserPoolClientCommand,
	CreateUserPoolCommand,
	DeleteUserPoolClientCommand,
	DeleteUserPoolCommand,
	DescribeUserPoolClientCommand,
	DescribeUserPoolCommand,
	ListUserPoolReplicasCommand,
	paginateListUserPoolClients,
	paginateListUserPools,
} from '@aws-sdk/client-cognito-identity-provider';
import * as lib from './lib.mjs';

const client = lib.sdk('eu-west-1');

async function newPool(input = {}) {
	const { UserPool } = await client.send(new CreateUserPoolCommand({ PoolName: 'garden', ...input }));
	return UserPool;
}

async function newClient(UserPoolId, input = {}) {
	const res = await client.send(new CreateUserPoolClientCommand({ UserPoolId, ClientName: 'web', ...input }));
	return res.UserPoolClient;
}

// all collects one list of every page of a paginator.
async function all(pages, name) {
	const items = [];
	for await (const page of pages) items.push(...page[name]);
	return items;
}

test('a pool is created in the region of the call', async () => {
	const created = await newPool({ UsernameAttributes: ['email'], AutoVerifiedAttributes: ['email'] });
	assert.match(created.Id, /^eu-west-1_[0-9A-Za-z]{9}$/);
	assert.equal(created.Arn, `arn:aws:cognito-idp:eu-west-1:123456789012:userpool/${created.Id}`);

	const { UserPool, $metadata } = await client.send(new DescribeUserPoolCommand({ UserPoolId: created.Id }));
	assert.equal($metadata.httpStatusCode, 200);
	assert.match($metadata.requestId, /^[0-9a-f-]{36}$/);
	assert.equal(UserPool.Name, 'garden');
	assert.deepEqual(UserPool.UsernameAttributes, ['email']);
	assert.deepEqual(UserPool.AutoVerifiedAttributes, ['email']);
	assert.equal(UserPool.MfaConfiguration, 'OFF');
	assert.deepEqual(UserPool.Policies.PasswordPolicy, {
		MinimumLength: 8,
		RequireLowercase: true,
		RequireNumbers: true,
		RequireSymbols: true,
		RequireUppercase: true,
		TemporaryPasswordValidityDays: 7,
	});
	for (const date of [UserPool.CreationDate, UserPool.LastModifiedDate]) {
		assert.ok(date instanceof Date);
		assert.ok(Math.abs(date - Date.now()) < 60_000);
	}
	assert.ok(UserPool.SchemaAttributes.some((a) => a.Name === 'email' && a.AttributeDataType === 'String'));
});

test('every pool of the region is listed, a page at a time', async () => {
	const made = [];
	for (let i = 0; i < 3; i++) made.push((await newPool({ PoolName: `listed-${i}` })).Id);
	const listed = await all(paginateListUserPools({ client, pageSize: 1 }, {}), 'UserPools');
	const ids = listed.map((p) => p.Id);
	assert.equal(new Set(ids).size, ids.length);
	for (const id of made) assert.ok(ids.includes(id));
	assert.ok(listed[0].CreationDate instanceof Date);
});

test('a client with a secret shows it when described', async () => {
	const { Id: UserPoolId } = await newPool();
	const made = await newClient(UserPoolId, { GenerateSecret: true, ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] });
	assert.match(made.ClientId, /^[0-9a-z]{26}$/);
	assert.match(made.ClientSecret, /^[0-9a-z]{51,52}$/);

	const { UserPoolClient } = await client.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId: made.ClientId }));
	assert.equal(UserPoolClient.ClientSecret, made.ClientSecret);
	assert.deepEqual(UserPoolClient.ExplicitAuthFlows.toSorted(), ['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH']);
	assert.equal(UserPoolClient.RefreshTokenValidity, 30);

	const open = await newClient(UserPoolId);
	assert.equal(open.ClientSecret, undefined);
	const listed = await all(paginateListUserPoolClients({ client, pageSize: 1 }, { UserPoolId }), 'UserPoolClients');
	assert.deepEqual(listed.map((c) => c.ClientId).sort(), [made.ClientId, open.ClientId].sort());
});

test('what is deleted is gone', async () => {
	const { Id: UserPoolId } = await newPool();
	const { ClientId } = await newClient(UserPoolId);

	await client.send(new DeleteUserPoolClientCommand({ UserPoolId, ClientId }));
	await assert.rejects(client.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId })), {
		name: 'ResourceNotFoundException',
		message: `User pool client ${ClientId} does not exist.`,
	});
	await client.send(new DeleteUserPoolCommand({ UserPoolId }));
	await assert.rejects(client.send(new DescribeUserPoolCommand({ UserPoolId })), {
		name: 'ResourceNotFoundException',
		message: `User pool ${UserPoolId} does not exist.`,
	});
});

test('a malformed pool id is a violation, an unknown one is not found', async () => {
	await assert.rejects(client.send(new DescribeUserPoolCommand({ UserPoolId: 'abc' })), {
		name: 'InvalidParameterException',
		message:
			"1 validation error detected: Value 'abc' at 'userPoolId' failed to satisfy constraint: " +
			'Member must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+',
	});
	await assert.rejects(client.send(new DescribeUserPoolCommand({})), {
		name: 'InvalidParameterException',
		message: "1 validation error detected: Value null at 'userPoolId' failed to satisfy constraint: Member must not be null",
	});
	await assert.rejects(client.send(new DescribeUserPoolCommand({ UserPoolId: 'eu-west-1_AAAAAAAAA' })), (err) => {
		assert.equal(err.name, 'ResourceNotFoundException');
		assert.equal(err.message, 'User pool eu-west-1_AAAAAAAAA does not exist.');
		assert.equal(err.$metadata.httpStatusCode, 400);
		assert.ok(err.$metadata.requestId);
		return true;
	});
});

test('a call without a signature is refused', async () => {
	const unsigned = lib.sdk('eu-west-1', { signer: { sign: async (request) => request } });
	await assert.rejects(unsigned.send(new DescribeUserPoolCommand({ UserPoolId: lib.poolId })), {
		name: 'MissingAuthenticationTokenException',
		message: 'Missing Authentication Token',
	});
});

// In development any access key will do, so a page open in the same browser must
// not be able to use one.
test('a page of another origin administers nothing', async () => {
	const page = lib.sdk('eu-west-1');
	const fromPage = (next) => (args) => {
		args.request.headers.origin = 'https://elsewhere.example';
		return next(args);
	};
	page.middlewareStack.add(fromPage, { step: 'build' });
	await assert.rejects(page.send(new CreateUserPoolCommand({ PoolName: 'planted' })), (err) => {
		assert.ok(err.$metadata.httpStatusCode >= 400 && err.$metadata.httpStatusCode < 500);
		return true;
	});
	const pools = await all(paginateListUserPools({ client, pageSize: 60 }, {}), 'UserPools');
	assert.ok(!pools.some((pool) => pool.Name === 'planted'));
});

test('an operation that is not built yet says so', async () => {
	await assert.rejects(client.send(new ListUserPoolReplicasCommand({ UserPoolId: lib.poolId })), (err) => {
		assert.equal(err.name, 'NotImplementedException');
		assert.match(err.message, /ListUserPoolReplicas/);
		assert.equal(err.$metadata.httpStatusCode, 501);
		return true;
	});
});
