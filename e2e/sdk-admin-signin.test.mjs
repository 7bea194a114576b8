// @aws-sdk/client-cognito-identity-provider v3: a server signs people in for
// them, by AdminInitiateAuth and AdminRespondToAuthChallenge.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
	AdminDisableUserCommand,
	AdminGetUserCommand,
	AdminInitiateAuthCommand,
	AdminResetUserPasswordCommand,
	AdminRespondToAuthChallengeCommand,
	AdminUserGlobalSignOutCommand,
	ConfirmSignUpCommand,
	GetUserCommand,
	InitiateAuthCommand,
	RespondToAuthChallengeCommand,
	SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import * as lib from './lib.mjs';
import { allFlows, lockOut, newPool, secretHash, temporary } from './pool.mjs';

const { password } = lib;
const plainFlows = ['ADMIN_USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH', 'USER_PASSWORD_AUTH'];
const invalid = (message) => ({ name: 'InvalidParameterException', message });
const refused = (message) => ({ name: 'NotAuthorizedException', message });
const notThere = (message) => ({ name: 'ResourceNotFoundException', message });

// start begins a sign-in at a pool, by the client of the pool or another.
function start(pool, AuthFlow, AuthParameters = {}, { ClientId = pool.ClientId, ...more } = {}) {
	return pool.send(AdminInitiateAuthCommand, { ClientId, AuthFlow, AuthParameters, ...more });
}

function answer(pool, ChallengeName, ChallengeResponses = {}, more = {}) {
	return pool.send(AdminRespondToAuthChallengeCommand, { ClientId: pool.ClientId, ChallengeName, ChallengeResponses, ...more });
}

// signIn does so with name and password in one request.
function signIn(pool, USERNAME, PASSWORD = password, flow = plainFlows[0], more = {}) {
	return start(pool, flow, { USERNAME, PASSWORD }, more);
}

async function whose({ AuthenticationResult }) {
	const { AccessToken } = AuthenticationResult;
	return (await lib.sdk().send(new GetUserCommand({ AccessToken }))).Username;
}

describe('with the password', async () => {
	const pool = await newPool({ AliasAttributes: ['email'] });
	const email = lib.newEmail();
	await pool.add('Ada', { email, email_verified: 'true' });
	for (const flow of plainFlows) {
		test(flow, async () => {
			for (const name of ['ada', 'ADA', email.toUpperCase()]) {
				const res = await signIn(pool, name, password, flow);
				assert.equal(await whose(res), 'ada', name);
				assert.deepEqual(res.ChallengeParameters, {});
				assert.equal(res.ChallengeName, undefined);
				assert.equal(res.Session, undefined);
				assert.equal(res.AuthenticationResult.TokenType, 'Bearer');
				assert.equal(res.AuthenticationResult.ExpiresIn, 3600);
				assert.equal(lib.claims(res.AuthenticationResult.IdToken).aud, pool.ClientId);
			}
			await assert.rejects(signIn(pool, 'ada', lib.otherPassword, flow), lib.wrongPassword);
		});
	}

	test('where the browser was is taken along', async () => {
		const ContextData = {
			IpAddress: '192.0.2.7',
			ServerName: 'shop.example.com',
			ServerPath: '/login',
			HttpHeaders: [{ headerName: 'User-Agent', headerValue: 'tulip' }],
		};
		const AnalyticsMetadata = { AnalyticsEndpointId: 'x' };
		assert.equal(await whose(await signIn(pool, 'ada', password, plainFlows[0], { ContextData, AnalyticsMetadata })), 'ada');
		await assert.rejects(signIn(pool, 'ada', password, plainFlows[0], { ContextData: { IpAddress: '192.0.2.7' } }), {
			name: 'InvalidParameterException',
		});
	});

	for (const flow of ['REFRESH_TOKEN_AUTH', 'REFRESH_TOKEN']) {
		test(`refreshed by ${flow}`, async () => {
			const { AuthenticationResult: first } = await signIn(pool, 'ada');
			const { AuthenticationResult: second } = await start(pool, flow, { REFRESH_TOKEN: first.RefreshToken });
			assert.equal(second.RefreshToken, undefined);
			const [was, is] = [lib.claims(first.AccessToken), lib.claims(second.AccessToken)];
			assert.notEqual(is.jti, was.jti);
			for (const same of ['sub', 'origin_jti', 'auth_time', 'client_id']) assert.equal(is[same], was[same], same);
			const other = await pool.newClient();
			await assert.rejects(start(pool, flow, { REFRESH_TOKEN: first.RefreshToken }, other), refused('Invalid Refresh Token'));
			await pool.send(AdminUserGlobalSignOutCommand, { Username: 'ada' });
			await assert.rejects(start(pool, flow, { REFRESH_TOKEN: first.RefreshToken }), lib.revokedRefresh);
		});
	}
});

describe('a new password', async () => {
	const pool = await newPool({ Schema: [{ Name: 'name', Required: true, Mutable: true }] });

	// challenged returns what the answer to a first sign-in takes.
	async function challenged(Username) {
		await pool.invite(Username, { email: 'ada@example.com' });
		const res = await signIn(pool, Username, temporary);
		assert.equal(res.ChallengeName, 'NEW_PASSWORD_REQUIRED');
		assert.equal(res.AuthenticationResult, undefined);
		assert.equal(res.ChallengeParameters.USER_ID_FOR_SRP, Username);
		assert.equal(res.ChallengeParameters.requiredAttributes, '["userAttributes.name"]');
		assert.deepEqual(JSON.parse(res.ChallengeParameters.userAttributes), { email: 'ada@example.com' });
		return { Session: res.Session };
	}
	const responses = (USERNAME) => ({ USERNAME, NEW_PASSWORD: password, 'userAttributes.name': 'Ada' });

	test('with the attributes that are missing', async () => {
		const session = await challenged('ada');
		const { 'userAttributes.name': _, ...without } = responses('ada');
		await assert.rejects(answer(pool, 'NEW_PASSWORD_REQUIRED', without, session), invalid('Invalid attributes given, name is missing'));
		await assert.rejects(
			answer(pool, 'NEW_PASSWORD_REQUIRED', { ...responses('ada'), NEW_PASSWORD: 'Tulip-4' }, session),
			lib.tooShort,
		);
		await assert.rejects(answer(pool, 'NEW_PASSWORD_REQUIRED', responses('ada')), invalid('Missing required parameter Session'));
		await assert.rejects(
			answer(pool, 'SELECT_CHALLENGE', { ...responses('ada'), ANSWER: 'PASSWORD' }, session),
			refused('Invalid session for the user.'),
		);
		const res = await answer(pool, 'NEW_PASSWORD_REQUIRED', responses('ada'), session);
		assert.equal(await whose(res), 'ada');
		const { UserStatus } = await pool.send(AdminGetUserCommand, { Username: 'ada' });
		assert.equal(UserStatus, 'CONFIRMED');
		await assert.rejects(
			answer(pool, 'NEW_PASSWORD_REQUIRED', responses('ada'), session),
			refused('Invalid session for the user, session can only be used once.'),
		);
	});

	test('which the person sets alone after the server began', async () => {
		const session = await challenged('bob');
		const res = await lib.sdk().send(
			new RespondToAuthChallengeCommand({
				ClientId: pool.ClientId,
				ChallengeName: 'NEW_PASSWORD_REQUIRED',
				ChallengeResponses: responses('bob'),
				...session,
			}),
		);
		assert.equal(await whose(res), 'bob');
	});
});

describe('by choice', async () => {
	const pool = await newPool();
	await pool.add('ada');
	const both = ['PASSWORD_SRP', 'PASSWORD'];

	test('at once', async () => {
		const PREFERRED_CHALLENGE = 'PASSWORD';
		assert.equal(await whose(await start(pool, 'USER_AUTH', { USERNAME: 'ada', PREFERRED_CHALLENGE, PASSWORD: password })), 'ada');
	});

	test('in steps', async () => {
		const first = await start(pool, 'USER_AUTH', { USERNAME: 'ada' });
		assert.equal(first.ChallengeName, 'SELECT_CHALLENGE');
		assert.deepEqual(first.AvailableChallenges, both);
		const second = await answer(pool, 'SELECT_CHALLENGE', { USERNAME: 'ada', ANSWER: 'PASSWORD' }, { Session: first.Session });
		assert.equal(second.ChallengeName, 'PASSWORD');
		const third = await answer(pool, 'PASSWORD', { USERNAME: 'ada', PASSWORD: password }, { Session: second.Session });
		assert.equal(await whose(third), 'ada');
	});

	test('of something else', async () => {
		const { Session } = await start(pool, 'USER_AUTH', { USERNAME: 'ada', PREFERRED_CHALLENGE: 'EMAIL_OTP' });
		await assert.rejects(
			answer(pool, 'SELECT_CHALLENGE', { USERNAME: 'ada', ANSWER: 'EMAIL_OTP' }, { Session }),
			invalid('The selected challenge is not available.'),
		);
	});

	test('of nothing, with the session of a sign-up that is proved', async () => {
		const { ClientId } = pool;
		const email = lib.newEmail();
		const as = { ClientId, Username: 'new' };
		const UserAttributes = [{ Name: 'email', Value: email }];
		const enter = (USERNAME, Session) => start(pool, 'USER_AUTH', { USERNAME }, { Session });
		const up = await lib.sdk().send(new SignUpCommand({ ...as, Password: password, UserAttributes }));
		await assert.rejects(enter('new', up.Session), { name: 'UserNotConfirmedException', message: 'User is not confirmed.' });
		await assert.rejects(enter('ada', up.Session), refused('Invalid session for the user.'));

		const ConfirmationCode = await lib.code(email);
		const { Session } = await lib.sdk().send(new ConfirmSignUpCommand({ ...as, ConfirmationCode, Session: up.Session }));
		await assert.rejects(enter('new', up.Session), refused('Invalid session for the user.'));
		assert.equal(await whose(await enter('NEW', Session)), 'new');
		await assert.rejects(enter('new', Session), refused('Invalid session for the user, session can only be used once.'));
	});
});

test('SRP begins here and ends where the person is', async () => {
	const pool = await newPool({ UsernameAttributes: ['email'] });
	const email = lib.newEmail();
	const name = await pool.add(email);
	const res = await start(pool, 'USER_SRP_AUTH', { USERNAME: email, SRP_A: 'a'.repeat(700) });
	assert.equal(res.ChallengeName, 'PASSWORD_VERIFIER');
	assert.equal(res.Session, undefined);
	assert.equal(res.ChallengeParameters.USER_ID_FOR_SRP, name);
	const responses = {
		USERNAME: name,
		PASSWORD_CLAIM_SECRET_BLOCK: res.ChallengeParameters.SECRET_BLOCK,
		PASSWORD_CLAIM_SIGNATURE: 'AAAA',
		TIMESTAMP: 'Wed Jan 2 03:04:05 UTC 2030',
	};
	await assert.rejects(answer(pool, 'PASSWORD_VERIFIER', responses), lib.wrongPassword);
	await assert.rejects(
		lib.sdk().send(new RespondToAuthChallengeCommand({ ClientId: pool.ClientId, ChallengeName: 'PASSWORD_VERIFIER', ChallengeResponses: responses })),
		lib.wrongPassword,
	);
});

describe('the door', async () => {
	const pool = await newPool();
	const elsewhere = await newPool();
	await pool.add('ada');
	const only = (...ExplicitAuthFlows) => pool.newClient({ ExplicitAuthFlows });
	const people = await only(...allFlows.filter((flow) => flow !== 'ALLOW_ADMIN_USER_PASSWORD_AUTH'));
	const servers = await only('ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH');
	const old = await only('ADMIN_NO_SRP_AUTH');

	test('the pool is looked for first, then its client', async () => {
		const gone = { ...pool, send: (Command, input) => pool.send(Command, { ...input, UserPoolId: 'us-east-1_Gone' }) };
		for (const ClientId of [pool.ClientId, 'none']) {
			await assert.rejects(signIn(gone, 'ada', password, plainFlows[0], { ClientId }), notThere('User pool us-east-1_Gone does not exist.'));
			await assert.rejects(answer(gone, 'SMS_MFA', {}, { ClientId }), notThere('User pool us-east-1_Gone does not exist.'));
		}
		for (const ClientId of [elsewhere.ClientId, 'none']) {
			const message = `User pool client ${ClientId} does not exist.`;
			await assert.rejects(signIn(pool, 'ada', password, plainFlows[0], { ClientId }), notThere(message));
			await assert.rejects(answer(pool, 'SMS_MFA', {}, { ClientId }), notThere(message));
		}
	});

	test('the client must allow the flow, in either generation of names', async () => {
		for (const flow of ['ADMIN_USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH']) {
			await assert.rejects(signIn(pool, 'ada', password, flow, people), invalid('Auth flow not enabled for this client'));
			assert.equal(await whose(await signIn(pool, 'ada', password, flow, servers)), 'ada');
			assert.equal(await whose(await signIn(pool, 'ada', password, flow, old)), 'ada');
			const AuthParameters = { USERNAME: 'ada', PASSWORD: password };
			await assert.rejects(
				lib.sdk().send(new InitiateAuthCommand({ ClientId: servers.ClientId, AuthFlow: flow, AuthParameters })),
				invalid('Initiate Auth method not supported.'),
			);
		}
		for (const [flow, message] of [
			['USER_PASSWORD_AUTH', 'USER_PASSWORD_AUTH flow not enabled for this client'],
			['USER_SRP_AUTH', 'USER_SRP_AUTH is not enabled for the client.'],
			['CUSTOM_AUTH', 'CUSTOM_AUTH is not enabled for the client.'],
			['USER_AUTH', 'USER_AUTH flow not enabled for this client'],
		]) {
			await assert.rejects(signIn(pool, 'ada', password, flow, servers), invalid(message));
		}
		await assert.rejects(signIn(pool, 'ada', password, 'CUSTOM_AUTH'), invalid('Custom auth lambda trigger is not configured for the user pool.'));
	});

	test('parameters that are missing', async () => {
		await assert.rejects(start(pool, plainFlows[0], { PASSWORD: password }), invalid('Missing required parameter USERNAME'));
		await assert.rejects(start(pool, plainFlows[0], { USERNAME: 'ada' }), invalid('Missing required parameter PASSWORD'));
		await assert.rejects(start(pool, 'REFRESH_TOKEN_AUTH'), invalid('Missing required parameter REFRESH_TOKEN'));
	});
});

describe('who cannot', async () => {
	const pool = await newPool();
	const hiding = await pool.newClient({ PreventUserExistenceErrors: 'ENABLED' });
	await pool.add('off');
	await pool.send(AdminDisableUserCommand, { Username: 'off' });
	await pool.add('reset', { email: lib.newEmail(), email_verified: 'true' });
	await pool.send(AdminResetUserPasswordCommand, { Username: 'reset' });
	await lib.sdk().send(new SignUpCommand({ ClientId: pool.ClientId, Username: 'new', Password: password }));

	for (const flow of plainFlows) {
		test(flow, async () => {
			const by = (client, name, secret = password) => signIn(pool, name, secret, flow, client);
			await assert.rejects(by({}, 'nobody'), { name: 'UserNotFoundException', message: 'User does not exist.' });
			await assert.rejects(by(hiding, 'nobody'), lib.wrongPassword);
			for (const client of [{}, hiding]) {
				await assert.rejects(by(client, 'off'), refused('User is disabled.'));
				await assert.rejects(by(client, 'reset'), { name: 'PasswordResetRequiredException', message: 'Password reset required for the user' });
				await assert.rejects(by(client, 'new'), { name: 'UserNotConfirmedException', message: 'User is not confirmed.' });
				await assert.rejects(by(client, 'new', lib.otherPassword), lib.wrongPassword);
			}
		});
	}

	test('and who has failed too often', async () => {
		await pool.add('ada');
		let tries = 0; // each by another flow
		const wrong = () => signIn(pool, 'ada', lib.otherPassword, plainFlows[tries++ % plainFlows.length]);
		const pass = await lockOut(() => assert.rejects(wrong(), lib.wrongPassword));
		for (const flow of plainFlows) await assert.rejects(signIn(pool, 'ada', password, flow), refused('Password attempts exceeded'));
		await pass();
		assert.equal(await whose(await signIn(pool, 'ada')), 'ada');
	});
});

test('a client with a secret', async () => {
	const pool = await newPool({ UsernameAttributes: ['email'] }, { GenerateSecret: true });
	const { client } = pool;
	const email = lib.newEmail();
	const name = await pool.invite(email);
	const given = (USERNAME, of = USERNAME) => ({ USERNAME, SECRET_HASH: secretHash(client, of) });
	const wrong = refused(`Unable to verify secret hash for client ${client.ClientId}`);
	await assert.rejects(
		signIn(pool, email, temporary),
		refused(`Client ${client.ClientId} is configured with secret but SECRET_HASH was not received`),
	);
	await assert.rejects(start(pool, plainFlows[0], { ...given(email, name), PASSWORD: temporary }), wrong);
	const { Session, ChallengeParameters } = await start(pool, plainFlows[0], { ...given(email), PASSWORD: temporary });
	assert.equal(ChallengeParameters.USER_ID_FOR_SRP, name);
	await assert.rejects(answer(pool, 'NEW_PASSWORD_REQUIRED', { ...given(name, email), NEW_PASSWORD: password }, { Session }), wrong);
	const done = await answer(pool, 'NEW_PASSWORD_REQUIRED', { ...given(name), NEW_PASSWORD: password }, { Session });
	assert.equal(await whose(done), name);

	// A refresh names nobody: its hash is over the user name, never the address.
	const REFRESH_TOKEN = done.AuthenticationResult.RefreshToken;
	for (const SECRET_HASH of [secretHash(client, email), 'AAAA']) {
		await assert.rejects(start(pool, 'REFRESH_TOKEN_AUTH', { REFRESH_TOKEN, SECRET_HASH }), wrong);
	}
	assert.equal(await whose(await start(pool, 'REFRESH_TOKEN_AUTH', { REFRESH_TOKEN, SECRET_HASH: secretHash(client, name) })), name);
});
