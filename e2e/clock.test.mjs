// The development clock: what expires, expires when the clock is moved.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
	ConfirmSignUpCommand,
	DescribeUserPoolCommand,
	GetUserCommand,
	ResendConfirmationCodeCommand,
	SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import * as lib from './lib.mjs';

const client = lib.sdk();
const ClientId = lib.clientId;

test('a sign-up code lives for 24 hours', async () => {
	const Username = lib.newEmail();
	await client.send(new SignUpCommand({ ClientId, Username, Password: lib.password }));
	const old = await lib.code(Username);
	await lib.advance('25h');
	await assert.rejects(client.send(new ConfirmSignUpCommand({ ClientId, Username, ConfirmationCode: old })), {
		name: 'ExpiredCodeException',
		message: 'Invalid code provided, please request a code again.',
	});

	await client.send(new ResendConfirmationCodeCommand({ ClientId, Username }));
	const fresh = await lib.code(Username, 2);
	await lib.advance('23h');
	await client.send(new ConfirmSignUpCommand({ ClientId, Username, ConfirmationCode: fresh }));
});

test('an access token lives for an hour, its refresh token for 30 days', async () => {
	const tokens = await lib.signIn(await lib.confirmedUser());
	const getUser = (AccessToken) => client.send(new GetUserCommand({ AccessToken }));
	await getUser(tokens.AccessToken);

	await lib.advance('61m');
	await assert.rejects(getUser(tokens.AccessToken), {
		name: 'NotAuthorizedException',
		message: 'Access Token has expired',
	});
	const { AuthenticationResult } = await lib.refresh(tokens.RefreshToken);
	await getUser(AuthenticationResult.AccessToken);

	await lib.advance('720h');
	await assert.rejects(lib.refresh(tokens.RefreshToken), {
		name: 'NotAuthorizedException',
		message: 'Refresh Token has expired',
	});
});

// Signatures are judged by the wall clock, so a moved one locks nobody out.
test('signed calls go on working', async () => {
	await lib.advance('8760h');
	for (let i = 0; i < 2; i++) {
		const { UserPool } = await client.send(new DescribeUserPoolCommand({ UserPoolId: lib.poolId }));
		assert.equal(UserPool.Id, lib.poolId);
	}
});
