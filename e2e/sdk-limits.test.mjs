// @aws-sdk/client-cognito-identity-provider v3: how many requests a second are
// admitted, for every pool and for one, asked for, set, and felt.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GetProvisionedLimitCommand, ListGroupsCommand, UpdateProvisionedLimitCommand } from '@aws-sdk/client-cognito-identity-provider';
import * as lib from './lib.mjs';
import { newPool } from './pool.mjs';

const Category = 'UserPoolResourceRead';
const unlimited = 1_000_000;
const sdk = lib.sdk('us-east-1', { maxAttempts: 1 });
const limitOf = (Attributes) => ({ LimitDefinition: { LimitClass: 'API_CATEGORY', Attributes: { Category, ...Attributes } } });

async function get(attributes) {
	const { Limit } = await sdk.send(new GetProvisionedLimitCommand(limitOf(attributes)));
	assert.deepEqual(Limit.LimitDefinition, limitOf(attributes).LimitDefinition);
	assert.equal(Limit.FreeLimitValue, 20);
	return Limit.ProvisionedLimitValue;
}

async function set(RequestedLimitValue, attributes) {
	const { Limit } = await sdk.send(new UpdateProvisionedLimitCommand({ ...limitOf(attributes), RequestedLimitValue }));
	assert.equal(Limit.ProvisionedLimitValue, RequestedLimitValue);
}

// flood asks thirty times for the groups of a pool, at once. It returns how often
// that was admitted, and for how many seconds' rates there was time.
async function flood({ UserPoolId }) {
	const began = Date.now();
	const answers = await Promise.allSettled(Array.from({ length: 30 }, () => sdk.send(new ListGroupsCommand({ UserPoolId }))));
	const admitted = answers.filter(({ status, reason }) => {
		if (status === 'rejected') {
			assert.equal(reason.name, 'TooManyRequestsException');
			assert.equal(reason.message, 'Rate exceeded');
		}
		return status === 'fulfilled';
	}).length;
	return { admitted, seconds: 1 + (Date.now() - began) / 1000 };
}

test('a limit is what is admitted', async () => {
	const [one, other] = [await newPool(), await newPool()];
	const UserPoolId = one.UserPoolId;
	assert.equal(await get(), unlimited); // a development server counts nobody
	assert.equal((await flood(one)).admitted, 30);

	await set(3, { UserPoolId });
	assert.deepEqual([await get({ UserPoolId }), await get(), await get({ UserPoolId: other.UserPoolId })], [3, unlimited, unlimited]);
	const { admitted, seconds } = await flood(one);
	assert.ok(admitted >= 3 && admitted <= 3 * seconds, `${admitted} were admitted in ${seconds} s`);
	assert.equal((await flood(other)).admitted, 30);

	await set(4);
	assert.deepEqual([await get({ UserPoolId }), await get({ UserPoolId: other.UserPoolId })], [3, 4]);
	const others = await flood(other);
	assert.ok(others.admitted >= 4 && others.admitted <= 4 * others.seconds, `${others.admitted} were admitted in ${others.seconds} s`);

	await set(unlimited);
	await set(unlimited, { UserPoolId });
	for (const pool of [one, other]) assert.equal((await flood(pool)).admitted, 30);
});

test('limits that there are not', async () => {
	await assert.rejects(get({ UserPoolId: 'us-east-1_none' }), { name: 'ResourceNotFoundException' });
	await assert.rejects(get({ Category: 'Nonsense' }), { name: 'InvalidParameterException' });
	await assert.rejects(set(unlimited + 1), { name: 'ServiceQuotaExceededException' });
});
