// @aws-sdk/client-cognito-identity-provider v3: the triggers of a pool, called
// through the Invoke API of AWS Lambda, which is the server below.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import {
	AdminConfirmSignUpCommand,
	AdminCreateUserCommand,
	AdminGetUserCommand,
	ConfirmSignUpCommand,
	CreateUserPoolClientCommand,
	CreateUserPoolCommand,
	DescribeUserPoolCommand,
	InitiateAuthCommand,
	RespondToAuthChallengeCommand,
	SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import * as lib from './lib.mjs';

const client = lib.sdk('eu-west-1', { maxAttempts: 1 });
const { password: Password } = lib;

// functions are called by name with an event, and return it. What they throw
// is reported as Lambda does.
const functions = {};
const lambda = createServer(async (req, res) => {
	let body = '';
	for await (const chunk of req) body += chunk;
	const [, path] = req.url.match(/^\/2015-03-31\/functions\/([^/]+)\/invocations$/);
	const name = decodeURIComponent(path).split(':').at(-1);
	if (!functions[name]) {
		res.writeHead(404, { 'X-Amzn-ErrorType': 'ResourceNotFoundException' });
		return res.end(JSON.stringify({ Type: 'User', Message: `Function not found: ${name}` }));
	}
	try {
		const output = await functions[name](JSON.parse(body));
		res.end(JSON.stringify(output ?? null));
	} catch (err) {
		res.setHeader('X-Amz-Function-Error', 'Unhandled');
		res.end(JSON.stringify({ errorType: err.name, errorMessage: err.message }));
	}
});

const { hostname, port } = new URL(lib.lambdaEndpoint);
const listen = () => new Promise((resolve) => lambda.listen(port, hostname, resolve));
const close = () => {
	lambda.closeAllConnections();
	return new Promise((resolve) => lambda.close(resolve));
};
before(listen);
after(close);

const arn = (name) => `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;

// newPool makes a pool with functions of its own by the names of triggers.
async function newPool(title, triggers) {
	const LambdaConfig = {};
	for (const [trigger, run] of Object.entries(triggers)) {
		functions[`${title}-${trigger}`] = run;
		LambdaConfig[trigger] = arn(`${title}-${trigger}`);
	}
	const input = { PoolName: title, AutoVerifiedAttributes: ['email'], LambdaConfig };
	const { UserPool } = await client.send(new CreateUserPoolCommand(input));
	const { UserPoolClient } = await client.send(
		new CreateUserPoolClientCommand({
			UserPoolId: UserPool.Id,
			ClientName: 'web',
			ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
		}),
	);
	return { UserPoolId: UserPool.Id, ClientId: UserPoolClient.ClientId, LambdaConfig };
}

const signUp = ({ ClientId }, Username, more = {}) =>
	client.send(
		new SignUpCommand({
			ClientId,
			Username,
			Password,
			UserAttributes: [{ Name: 'email', Value: `${Username}@example.com` }],
			...more,
		}),
	);

const signIn = ({ ClientId }, USERNAME, ClientMetadata) =>
	client.send(
		new InitiateAuthCommand({
			ClientId,
			AuthFlow: 'USER_PASSWORD_AUTH',
			AuthParameters: { USERNAME, PASSWORD: Password },
			ClientMetadata,
		}),
	);

const statusOf = async ({ UserPoolId }, Username) =>
	(await client.send(new AdminGetUserCommand({ UserPoolId, Username }))).UserStatus;

test('a pool shows its triggers, and takes none that nobody would call', async () => {
	const { UserPoolId, LambdaConfig } = await newPool('shown', { PreSignUp: (e) => e, PostAuthentication: (e) => e });
	const { UserPool } = await client.send(new DescribeUserPoolCommand({ UserPoolId }));
	assert.deepEqual(UserPool.LambdaConfig, LambdaConfig);
	const refused = { PoolName: 'refused', LambdaConfig: { ...LambdaConfig, CustomMessage: arn('message') } };
	await assert.rejects(client.send(new CreateUserPoolCommand(refused)), { name: 'NotImplementedException' });
});

test('PreSignUp confirms somebody, who signs in at once', async () => {
	const events = [];
	const pool = await newPool('confirming', {
		PreSignUp: (event) => {
			events.push(structuredClone(event));
			event.response.autoConfirmUser = true;
			event.response.autoVerifyEmail = true;
			return event;
		},
		PostConfirmation: (event) => events.push(event) && event,
	});
	const up = await signUp(pool, 'ada', {
		ValidationData: [{ Name: 'invite', Value: '42' }],
		ClientMetadata: { source: 'web' },
	});
	assert.equal(up.UserConfirmed, true);
	assert.equal(up.CodeDeliveryDetails, undefined);
	assert.deepEqual(await lib.inbox('ada@example.com'), []);
	assert.equal(lib.claims((await signIn(pool, 'ada')).AuthenticationResult.IdToken).email_verified, true);

	const [asked, told] = events;
	assert.deepEqual(asked, {
		version: '1',
		region: 'eu-west-1',
		userPoolId: pool.UserPoolId,
		userName: 'ada',
		callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: pool.ClientId },
		triggerSource: 'PreSignUp_SignUp',
		request: {
			userAttributes: { sub: up.UserSub, email: 'ada@example.com', 'cognito:user_status': 'UNCONFIRMED' },
			validationData: { invite: '42' },
			clientMetadata: { source: 'web' },
		},
		response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
	});
	assert.equal(told.triggerSource, 'PostConfirmation_ConfirmSignUp');
	assert.equal(told.request.userAttributes['cognito:user_status'], 'CONFIRMED');
});

test('PreSignUp refuses in its own words', async () => {
	const pool = await newPool('refusing', {
		PreSignUp: (event) => {
			const { validationData, clientMetadata } = event.request;
			throw new Error(`${event.triggerSource}: no ${validationData.who} from ${clientMetadata.where}`);
		},
	});
	const refusal = (source) => ({
		name: 'UserLambdaValidationException',
		message: `PreSignUp failed with error ${source}: no strangers from afar.`,
	});
	const more = { ValidationData: [{ Name: 'who', Value: 'strangers' }], ClientMetadata: { where: 'afar' } };
	await assert.rejects(signUp(pool, 'eve', more), refusal('PreSignUp_SignUp'));
	const { UserPoolId } = pool;
	await assert.rejects(
		client.send(new AdminCreateUserCommand({ UserPoolId, Username: 'eve', ...more })),
		refusal('PreSignUp_AdminCreateUser'),
	);
	await assert.rejects(statusOf(pool, 'eve'), { name: 'UserNotFoundException' });
});

test('PostConfirmation fails, and the user is confirmed', async () => {
	const pool = await newPool('roomless', {
		PostConfirmation: ({ request, callerContext }) => {
			throw new Error(`no ${request.clientMetadata.what} for ${callerContext.clientId}`);
		},
	});
	const { ClientId, UserPoolId } = pool;
	await signUp(pool, 'bob');
	const ConfirmationCode = await lib.code('bob@example.com');
	const ClientMetadata = { what: 'room' };
	const confirm = () =>
		client.send(new ConfirmSignUpCommand({ ClientId, Username: 'bob', ConfirmationCode, ClientMetadata }));
	const failure = (clientId) => ({
		name: 'UserLambdaValidationException',
		message: `PostConfirmation failed with error no room for ${clientId}.`,
	});
	await assert.rejects(confirm(), failure(ClientId));
	assert.equal(await statusOf(pool, 'bob'), 'CONFIRMED');
	await assert.rejects(confirm(), { message: 'User cannot be confirmed. Current status is CONFIRMED' });

	await signUp(pool, 'joan');
	await assert.rejects(
		client.send(new AdminConfirmSignUpCommand({ UserPoolId, Username: 'joan', ClientMetadata })),
		failure('CLIENT_ID_NOT_APPLICABLE'),
	);
	assert.equal(await statusOf(pool, 'joan'), 'CONFIRMED');
});

test('PreAuthentication refuses, PostAuthentication sees who signed in', async () => {
	const seen = [];
	const pool = await newPool('watched', {
		PreSignUp: (event) => ({ ...event, response: { autoConfirmUser: true } }),
		PreAuthentication: (event) => {
			if (event.request.validationData.door !== 'front') throw new Error('use the front door');
			return event;
		},
		PostAuthentication: (event) => seen.push(event) && event,
	});
	const { ClientId, UserPoolId } = pool;
	const { UserSub } = await signUp(pool, 'ada');
	await assert.rejects(signIn(pool, 'ada', { door: 'back' }), {
		name: 'UserLambdaValidationException',
		message: 'PreAuthentication failed with error use the front door.',
	});
	assert.equal(seen.length, 0);
	const { AuthenticationResult } = await signIn(pool, 'ada', { door: 'front' });
	assert.ok(AuthenticationResult.AccessToken);
	assert.equal(seen.length, 1);
	assert.equal(seen[0].triggerSource, 'PostAuthentication_Authentication');
	assert.equal(seen[0].request.userAttributes.sub, UserSub);
	assert.equal(seen[0].request.newDeviceUsed, false);
	assert.equal(seen[0].request.clientMetadata, undefined);

	const { RefreshToken: REFRESH_TOKEN } = AuthenticationResult;
	const AuthParameters = { REFRESH_TOKEN };
	await client.send(new InitiateAuthCommand({ ClientId, AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters }));
	assert.equal(seen.length, 1);

	const temporary = lib.otherPassword;
	await client.send(new AdminCreateUserCommand({ UserPoolId, Username: 'lin', TemporaryPassword: temporary }));
	const due = await client.send(
		new InitiateAuthCommand({
			ClientId,
			AuthFlow: 'USER_PASSWORD_AUTH',
			AuthParameters: { USERNAME: 'lin', PASSWORD: temporary },
			ClientMetadata: { door: 'front' },
		}),
	);
	await client.send(
		new RespondToAuthChallengeCommand({
			ClientId,
			ChallengeName: due.ChallengeName,
			Session: due.Session,
			ChallengeResponses: { USERNAME: 'lin', NEW_PASSWORD: Password },
			ClientMetadata: { door: 'side' },
		}),
	);
	assert.equal(seen.length, 2);
	assert.equal(seen[1].userName, 'lin');
	assert.deepEqual(seen[1].request.clientMetadata, { door: 'side' });
});

test('what a function answers must be the event', async () => {
	for (const [title, output] of [
		['nothing', undefined],
		['response', { response: { autoConfirmUser: true } }],
	]) {
		const pool = await newPool(title, { PreSignUp: () => output });
		await assert.rejects(signUp(pool, 'ada'), {
			name: 'InvalidLambdaResponseException',
			message: 'Unrecognizable lambda output',
		});
	}
});

test('a function that cannot be called', async () => {
	const pool = await newPool('dead', { PreSignUp: (e) => e });
	delete functions['dead-PreSignUp'];
	await assert.rejects(signUp(pool, 'ada'), {
		name: 'UnexpectedLambdaException',
		message: 'PreSignUp invocation failed due to error ResourceNotFoundException.',
	});
	await close();
	try {
		await assert.rejects(signUp(pool, 'ada'), {
			name: 'UnexpectedLambdaException',
			message: 'PreSignUp invocation failed due to error Unable to execute HTTP request.',
		});
	} finally {
		await listen();
	}
	functions['dead-PreSignUp'] = (e) => e;
	assert.ok((await signUp(pool, 'ada')).UserSub);
});
