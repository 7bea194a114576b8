// @aws-sdk/client-cognito-identity-provider v3: 10,000 users are made, listed by
// pages and by filters, and deleted with their pool.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
	AdminCreateUserCommand,
	AdminGetUserCommand,
	CreateUserPoolCommand,
	DeleteUserPoolCommand,
	DescribeUserPoolCommand,
	ListUsersCommand,
	paginateListUsers,
} from '@aws-sdk/client-cognito-identity-provider';
import * as lib from './lib.mjs';

const client = lib.sdk('eu-west-1');
const crowd = 10_000;
const callers = 32;
const page = 60;

const number = (i) => String(i).padStart(5, '0');
const username = (i) => `person-${number(i)}`;

async function names(UserPoolId, Filter) {
	const pages = [];
	for await (const { Users } of paginateListUsers({ client, pageSize: page }, { UserPoolId, Filter })) {
		pages.push(Users.map((u) => u.Username));
	}
	return { pages, all: pages.flat() };
}

describe('a crowd', () => {
	let UserPoolId;

	test('of 10,000 is made by callers side by side', async () => {
		const { UserPool } = await client.send(new CreateUserPoolCommand({ PoolName: 'crowd', AliasAttributes: ['email'] }));
		UserPoolId = UserPool.Id;
		let next = 0;
		const make = async () => {
			for (let i = next++; i < crowd; i = next++) {
				await client.send(
					new AdminCreateUserCommand({
						UserPoolId,
						Username: username(i),
						MessageAction: 'SUPPRESS',
						TemporaryPassword: lib.password,
						UserAttributes: [
							{ Name: 'email', Value: `${username(i)}@example.com` },
							{ Name: 'email_verified', Value: 'true' },
							{ Name: 'family_name', Value: `House ${i % 100}` },
						],
					}),
				);
			}
		};
		await Promise.all(Array.from({ length: callers }, make));
		const { UserPool: full } = await client.send(new DescribeUserPoolCommand({ UserPoolId }));
		assert.equal(full.EstimatedNumberOfUsers, crowd);
	});

	test('is listed page by page, everybody once', async () => {
		const { pages, all } = await names(UserPoolId);
		assert.equal(new Set(all).size, crowd);
		assert.equal(all.length, crowd);
		assert.ok(pages.slice(0, -1).every((p) => p.length === page || p.length === 0), 'a page in the middle is not full');
	});

	test('is found by filters', async () => {
		const want = (test) => Array.from({ length: crowd }, (_, i) => i).filter(test).map(username);
		for (const [filter, expected] of [
			[`username ^= "person-012"`, want((i) => number(i).startsWith('012'))],
			[`email = "${username(4711)}@example.com"`, [username(4711)]],
			[`email ^= "person-0999"`, want((i) => number(i).startsWith('0999'))],
			[`family_name = "House 42"`, want((i) => i % 100 === 42)],
			[`family_name = "House 100"`, []],
			[`cognito:user_status = "CONFIRMED"`, []],
		]) {
			assert.deepEqual((await names(UserPoolId, filter)).all.sort(), expected, filter);
		}
	});

	test('goes with its pool', async () => {
		await client.send(new DeleteUserPoolCommand({ UserPoolId }));
		for (const call of [
			new DescribeUserPoolCommand({ UserPoolId }),
			new ListUsersCommand({ UserPoolId }),
			new AdminGetUserCommand({ UserPoolId, Username: username(1) }),
		]) {
			await assert.rejects(client.send(call), { name: 'ResourceNotFoundException' });
		}
	});
});
