// @aws-sdk/client-cognito-identity-provider v3: the triggers of a pool, called
// through the Invoke API of AWS Lambda.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
	AdminConfirmSignUpCommand,
	AdminCreateUserCommand,
	AdminGetUserCommand,
	AdminResetUserPasswordCommand,
	AdminUpdateUserAttributesCommand,
	ConfirmSignUpCommand,
	CreateUserPoolClientCommand,
	CreateUserPoolCommand,
	DescribeUserPoolCommand,
	ForgotPasswordCommand,
	GetTokensFromRefreshTokenCommand,
	GetUserAttributeVerificationCodeCommand,
	GetUserCommand,
	InitiateAuthCommand,
	ResendConfirmationCodeCommand,
	RespondToAuthChallengeCommand,
	SignUpCommand,
	UpdateUserAttributesCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { arn, close, decrypted, deploy, functions, listen, serve } from './lambda.mjs';
import * as lib from './lib.mjs';

const client = lib.sdk('eu-west-1', { maxAttempts: 1 });
const { password: Password } = lib;
serve();

// newPool makes a pool with functions of its own by the names of triggers.
async function newPool(title, triggers, more = {}) {
	const LambdaConfig = deploy(title, triggers);
	const input = { PoolName: title, AutoVerifiedAttributes: ['email'], LambdaConfig, ...more };
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

const autoConfirm = (event) => ({ ...event, response: { autoConfirmUser: true } });

const statusOf = async ({ UserPoolId }, Username) =>
	(await client.send(new AdminGetUserCommand({ UserPoolId, Username }))).UserStatus;

test('a pool shows its triggers, and takes none that do not go together', async () => {
	const { UserPoolId, LambdaConfig } = await newPool('shown', { PreSignUp: (e) => e, PostAuthentication: (e) => e });
	const { UserPool } = await client.send(new DescribeUserPoolCommand({ UserPoolId }));
	assert.deepEqual(UserPool.LambdaConfig, LambdaConfig);
	const name = { name: 'InvalidParameterException' };
	for (const more of [
		{ PreTokenGeneration: arn('a'), PreTokenGenerationConfig: { LambdaArn: arn('b'), LambdaVersion: 'V2_0' } },
		{ CustomEmailSender: { LambdaArn: arn('a'), LambdaVersion: 'V1_0' } },
	]) {
		await assert.rejects(client.send(new CreateUserPoolCommand({ PoolName: 'refused', LambdaConfig: { ...LambdaConfig, ...more } })), name);
	}
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

test('what PreSignUp says of a user whom an administrator adds means nothing', async () => {
	const pool = await newPool('vouching', {
		PreSignUp: (event) => {
			Object.assign(event.response, { autoConfirmUser: true, autoVerifyEmail: true, autoVerifyPhone: true });
			return event;
		},
	});
	const UserAttributes = [{ Name: 'email', Value: 'lin@example.com' }];
	const { User } = await client.send(new AdminCreateUserCommand({ UserPoolId: pool.UserPoolId, Username: 'lin', UserAttributes }));
	assert.equal(User.UserStatus, 'FORCE_CHANGE_PASSWORD');
	assert.equal(User.Attributes.find(({ Name }) => Name === 'email_verified'), undefined);
});

// tokensOf are the claims of the two tokens that a sign-in gives.
const tokensOf = ({ IdToken, AccessToken }) => ({ id: lib.claims(IdToken), access: lib.claims(AccessToken) });

test('PreTokenGeneration changes ID tokens, and in version 2 access tokens', async () => {
	const sources = [];
	const changed = (event) => {
		sources.push(event.triggerSource);
		const more = { tenant: 'blue', sub: 'forged', where: event.request.clientMetadata?.where ?? 'nowhere' };
		event.response.claimsOverrideDetails = { claimsToAddOrOverride: more, claimsToSuppress: ['email'] };
		event.response.claimsAndScopeOverrideDetails = {
			idTokenGeneration: { claimsToAddOrOverride: { ...more, list: [1, { two: true }] } },
			accessTokenGeneration: { claimsToAddOrOverride: more, scopesToAdd: ['orders/read'] },
			groupOverrideDetails: { groupsToOverride: ['night'] },
		};
		return event;
	};
	const plain = await newPool('tokens', { PreSignUp: autoConfirm, PreTokenGeneration: changed });
	const { UserSub } = await signUp(plain, 'ada');
	const one = tokensOf((await signIn(plain, 'ada', { where: 'here' })).AuthenticationResult);
	assert.equal(one.id.tenant, 'blue');
	assert.equal(one.id.where, 'nowhere');
	assert.equal(one.id.email, undefined);
	assert.equal(one.id.sub, UserSub);
	assert.equal(one.access.tenant, undefined);
	assert.equal(one.access['cognito:groups'], undefined);

	const { LambdaConfig } = await newPool('tokens2', { PreSignUp: autoConfirm, PreTokenGeneration: changed });
	LambdaConfig.PreTokenGenerationConfig = { LambdaArn: LambdaConfig.PreTokenGeneration, LambdaVersion: 'V2_0' };
	const pool = await newPool('tokens2', { PreSignUp: autoConfirm, PreTokenGeneration: changed }, { LambdaConfig });
	await signUp(pool, 'ada');
	const { AuthenticationResult } = await signIn(pool, 'ada');
	const two = tokensOf(AuthenticationResult);
	assert.deepEqual(two.id.list, [1, { two: true }]);
	assert.deepEqual([two.id['cognito:groups'], two.access['cognito:groups']], [['night'], ['night']]);
	assert.deepEqual(two.access.scope.split(' ').sort(), ['aws.cognito.signin.user.admin', 'orders/read']);
	assert.equal(two.access.tenant, 'blue');
	await client.send(new GetUserCommand({ AccessToken: AuthenticationResult.AccessToken }));

	const { ClientId } = pool;
	const renewed = await client.send(
		new GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken: AuthenticationResult.RefreshToken, ClientMetadata: { where: 'there' } }),
	);
	assert.equal(lib.claims(renewed.AuthenticationResult.IdToken).where, 'there');
	assert.deepEqual(sources, [
		'TokenGeneration_Authentication',
		'TokenGeneration_Authentication',
		'TokenGeneration_RefreshTokens',
	]);
});

// everyMessage has people of a pool get each kind of message, and returns to
// whom each went.
async function everyMessage(pool) {
	const { ClientId, UserPoolId } = pool;
	const ClientMetadata = { lang: 'fr' };
	const send = (Command, input) => client.send(new Command({ ...input, ClientMetadata }));
	const admin = (Command, input) => send(Command, { UserPoolId, ...input });
	await signUp(pool, 'ada', { ClientMetadata });
	await send(ResendConfirmationCodeCommand, { ClientId, Username: 'ada' });
	await client.send(new AdminConfirmSignUpCommand({ UserPoolId, Username: 'ada' }));
	const verified = [{ Name: 'email', Value: 'ada@example.com' }, { Name: 'email_verified', Value: 'true' }];
	await client.send(new AdminUpdateUserAttributesCommand({ UserPoolId, Username: 'ada', UserAttributes: verified }));
	await send(ForgotPasswordCommand, { ClientId, Username: 'ada' });
	const { AccessToken } = (await signIn(pool, 'ada')).AuthenticationResult;
	await send(GetUserAttributeVerificationCodeCommand, { AccessToken, AttributeName: 'email' });
	await admin(AdminResetUserPasswordCommand, { Username: 'ada' });
	await admin(AdminUpdateUserAttributesCommand, { Username: 'ada', UserAttributes: [{ Name: 'email', Value: 'new@example.com' }] });
	const UserAttributes = [{ Name: 'email', Value: 'lin@example.com' }];
	await admin(AdminCreateUserCommand, { Username: 'lin', UserAttributes, DesiredDeliveryMediums: ['EMAIL'] });
	return [
		['SignUp', 'ada@example.com'],
		['ResendCode', 'ada@example.com'],
		['ForgotPassword', 'ada@example.com'],
		['VerifyUserAttribute', 'ada@example.com'],
		['ForgotPassword', 'ada@example.com'],
		['UpdateUserAttribute', 'new@example.com'],
		['AdminCreateUser', 'lin@example.com'],
	];
}

test('CustomMessage says what the messages say', async () => {
	const pool = await newPool('worded', {
		CustomMessage: (event) => {
			const { codeParameter, usernameParameter, clientMetadata } = event.request;
			event.response.emailSubject = `${event.triggerSource} ${clientMetadata.lang}`;
			event.response.emailMessage = `Bonjour ${usernameParameter ?? ''} ${codeParameter}`;
			return event;
		},
	});
	const sent = await everyMessage(pool);
	for (const to of new Set(sent.map(([, to]) => to))) {
		const subjects = (await lib.inbox(to)).filter((m) => m.body.startsWith('Bonjour')).map((m) => m.subject).reverse();
		const want = sent.filter(([, whom]) => whom === to).map(([occasion]) => `CustomMessage_${occasion} fr`);
		assert.deepEqual(subjects.slice(-want.length), want);
	}
	const [invitation] = await lib.inbox('lin@example.com');
	assert.equal(invitation.body, `Bonjour lin ${invitation.code.replaceAll('&', '&amp;')}`);

	functions['worded-CustomMessage'] = (event) => {
		event.response.emailMessage = 'Bonjour';
		return event;
	};
	await assert.rejects(signUp(pool, 'eve'), { name: 'InvalidLambdaResponseException', message: 'Unrecognizable lambda output' });
	functions['worded-CustomMessage'] = () => {
		throw new Error('out of ink');
	};
	await assert.rejects(signUp(pool, 'joan'), {
		name: 'UserLambdaValidationException',
		message: 'CustomMessage failed with error out of ink.',
	});
	assert.equal(await statusOf(pool, 'joan'), 'UNCONFIRMED');
});

test('CustomEmailSender gets each code, encrypted, in place of the mail', async () => {
	const events = [];
	const LambdaConfig = {
		CustomEmailSender: { LambdaArn: arn('sent'), LambdaVersion: 'V1_0' },
		KMSKeyID: 'arn:aws:kms:eu-west-1:123456789012:key/12345678-1234-1234-1234-123456789012',
	};
	let failures = 1;
	functions.sent = (event) => {
		if (failures-- > 0) throw new Error('not yet');
		events.push(event);
	};
	const pool = await newPool('sent', {}, { LambdaConfig });
	const before = (await lib.inbox('ada@example.com')).length;
	const { ClientId, UserPoolId } = pool;
	await signUp(pool, 'ada', { ClientMetadata: { lang: 'fr' } });
	await lib.advance('10s'); // after which it is tried again
	const event = await eventually(() => events[0]);
	assert.equal(event.triggerSource, 'CustomEmailSender_SignUp');
	assert.equal(event.request.type, 'customEmailSenderRequestV1');
	assert.equal(event.request.userAttributes.email, 'ada@example.com');
	assert.deepEqual(event.request.clientMetadata, { lang: 'fr' });
	const { code, context } = await decrypted(event.request);
	assert.match(code, /^\d{6}$/);
	assert.deepEqual(context, { 'userpool-id': UserPoolId });
	assert.equal((await lib.inbox('ada@example.com')).length, before);
	await client.send(new ConfirmSignUpCommand({ ClientId, Username: 'ada', ConfirmationCode: code }));
	assert.equal(await statusOf(pool, 'ada'), 'CONFIRMED');

	const { AccessToken } = (await signIn(pool, 'ada')).AuthenticationResult;
	await client.send(new UpdateUserAttributesCommand({ AccessToken, UserAttributes: [{ Name: 'email', Value: 'new@example.com' }] }));
	const update = await eventually(() => events[1]);
	assert.equal(update.triggerSource, 'CustomEmailSender_UpdateUserAttribute');
	assert.equal(update.request.userAttributes.email, 'new@example.com');
});

test('calls are counted where the server is watched', async () => {
	const pool = await newPool('counted', { PreSignUp: (event) => event });
	const count = async (outcome) => {
		const text = await (await fetch(`${lib.endpoint}/_cenote/metrics`)).text();
		const line = new RegExp(`^cenote_trigger_seconds_count\\{outcome="${outcome}",trigger="PreSignUp"\\} (\\d+)$`, 'm').exec(text);
		return Number(line?.[1] ?? 0);
	};
	const [done, failed] = [await count('done'), await count('failed')];
	await signUp(pool, 'ada');
	functions['counted-PreSignUp'] = () => {
		throw new Error('no');
	};
	await assert.rejects(signUp(pool, 'eve'), { name: 'UserLambdaValidationException' });
	assert.deepEqual([await count('done'), await count('failed')], [done + 1, failed + 1]);
});

// eventually waits until found returns something.
async function eventually(found) {
	for (let tries = 0; tries < 200; tries++) {
		const value = found();
		if (value) return value;
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	throw new Error('never');
}
