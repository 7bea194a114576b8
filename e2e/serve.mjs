// @aws-sdk/client-cognito-identity-provider v3 against `cenote serve`, with
// access keys that are real. serve_test.go starts the server.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
	AdminCreateUserCommand,
	AdminGetUserCommand,
	AdminInitiateAuthCommand,
	AdminSetUserPasswordCommand,
	CognitoIdentityProviderClient,
	CreateUserPoolClientCommand,
	InitiateAuthCommand,
	ListUserPoolsCommand,
	ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider';

const given = JSON.parse(process.env.CENOTE_SERVE);
const { endpoint, poolId: UserPoolId } = given;
const client = (credentials) =>
	new CognitoIdentityProviderClient({ endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 });
const all = client(given.all);
const lister = client(given.lister);

test('a key does what it is good for', async () => {
	const { Users } = await lister.send(new ListUsersCommand({ UserPoolId }));
	assert.deepEqual(Users.map((u) => u.Username), ['ada']);
	const { UserPools } = await lister.send(new ListUserPoolsCommand({ MaxResults: 60 }));
	assert.deepEqual(UserPools.map((p) => p.Id), [UserPoolId]);
});

test('a key does nothing else', async () => {
	await assert.rejects(lister.send(new AdminGetUserCommand({ UserPoolId, Username: 'ada' })), (err) => {
		assert.equal(err.name, 'AccessDeniedException');
		assert.equal(err.$metadata.httpStatusCode, 400);
		assert.match(err.message, /is not authorized to perform: cognito-idp:AdminGetUser on resource: arn:aws:cognito-idp:eu-central-1:/);
		return true;
	});
});

test('a wrong secret, an unknown key and none', async () => {
	const call = new ListUserPoolsCommand({ MaxResults: 1 });
	const wrong = { ...given.all, secretAccessKey: given.lister.secretAccessKey };
	await assert.rejects(client(wrong).send(call), { name: 'InvalidSignatureException' });
	const unknown = { ...given.all, accessKeyId: 'CENOAAAAAAAAAAAAAAAA' };
	await assert.rejects(client(unknown).send(call), { name: 'UnrecognizedClientException' });
	const res = await fetch(endpoint, {
		method: 'POST',
		headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.ListUserPools' },
		body: '{"MaxResults":1}',
	});
	assert.equal(res.status, 400);
	assert.equal((await res.json()).__type, 'MissingAuthenticationTokenException');
});

test('people sign in without a key', async () => {
	const Username = 'bob', Password = 'Tulip-4-bob';
	await all.send(new AdminCreateUserCommand({ UserPoolId, Username, MessageAction: 'SUPPRESS' }));
	await all.send(new AdminSetUserPasswordCommand({ UserPoolId, Username, Password, Permanent: true }));
	const { UserPoolClient } = await all.send(
		new CreateUserPoolClientCommand({ UserPoolId, ClientName: 'web', ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] }),
	);
	const anybody = client({ accessKeyId: 'nobody', secretAccessKey: 'nothing' });
	const { AuthenticationResult } = await anybody.send(
		new InitiateAuthCommand({
			ClientId: UserPoolClient.ClientId,
			AuthFlow: 'USER_PASSWORD_AUTH',
			AuthParameters: { USERNAME: Username, PASSWORD: Password },
		}),
	);
	assert.ok(AuthenticationResult.AccessToken);
	await assert.rejects(
		anybody.send(new AdminInitiateAuthCommand({ UserPoolId, ClientId: UserPoolClient.ClientId, AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters: { REFRESH_TOKEN: 'x' } })),
		{ name: 'UnrecognizedClientException' },
	);
});
