// @aws-sdk/client-cognito-identity-provider v3: sessions, and refresh tokens
// that rotate.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
	AdminListUserSessionsCommand,
	AdminRevokeUserSessionCommand,
	GetTokensFromRefreshTokenCommand,
	GetUserCommand,
	InitiateAuthCommand,
	ListUserSessionsCommand,
	RevokeUserSessionCommand,
	SetUserPoolSessionConfigurationCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import * as lib from './lib.mjs';
import { newPool } from './pool.mjs';

const enter = async ({ sdk, ClientId }, USERNAME, PASSWORD = lib.password) => {
	const AuthParameters = { USERNAME, PASSWORD };
	return (await sdk.send(new InitiateAuthCommand({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters }))).AuthenticationResult;
};
const refresh = async ({ sdk, ClientId }, { RefreshToken }) =>
	(await sdk.send(new GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken }))).AuthenticationResult;
const who = ({ sdk }, { AccessToken }) => sdk.send(new GetUserCommand({ AccessToken }));
const nobody = { name: 'UserNotFoundException', message: 'User does not exist.' };

describe('sessions', async () => {
	const pool = await newPool();
	await pool.send(SetUserPoolSessionConfigurationCommand, { UserSessionTracking: 'ENABLED', TokenSession: { MaxPerUser: 10 } });
	const list = async (Username) => (await pool.send(AdminListUserSessionsCommand, { Username })).Sessions;

	test('are listed, and the present one is marked', async () => {
		await pool.add('ada');
		const [phone, laptop] = [await enter(pool, 'ada'), await enter(pool, 'ada')];
		const sessions = await list('ada');
		assert.equal(sessions.length, 2);
		for (const s of sessions) assert.deepEqual([s.SessionType, s.ClientId], ['TOKEN', pool.ClientId]);
		const { Sessions } = await pool.sdk.send(new ListUserSessionsCommand({ AccessToken: laptop.AccessToken }));
		assert.deepEqual(Sessions.map((s) => s.SessionId).sort(), sessions.map((s) => s.SessionId).sort());
		assert.equal(Sessions.filter((s) => s.IsCurrentSession).length, 1);
		await refresh(pool, phone);
		assert.equal((await list('ada')).length, 2);
		await assert.rejects(list('nobody'), nobody);
	});

	test('an administrator ends one, and the other goes on', async () => {
		await pool.add('bob');
		const [phone, laptop] = [await enter(pool, 'bob'), await enter(pool, 'bob')];
		const { Sessions } = await pool.sdk.send(new ListUserSessionsCommand({ AccessToken: phone.AccessToken }));
		const { SessionId } = Sessions.find((s) => s.IsCurrentSession);
		await pool.send(AdminRevokeUserSessionCommand, { Username: 'bob', SessionId });
		await assert.rejects(who(pool, phone), lib.revokedAccess);
		await assert.rejects(refresh(pool, phone), { name: 'NotAuthorizedException' });
		assert.equal((await who(pool, laptop)).Username, 'bob');
		assert.ok((await refresh(pool, laptop)).AccessToken);
		assert.equal((await list('bob')).length, 1);
		await assert.rejects(pool.send(AdminRevokeUserSessionCommand, { Username: 'bob', SessionId }), { name: 'ResourceNotFoundException' });
	});

	test('a person ends another session of the same person, and of nobody else', async () => {
		await pool.add('eve');
		await pool.add('joe');
		const [phone, laptop, other] = [await enter(pool, 'eve'), await enter(pool, 'eve'), await enter(pool, 'joe')];
		const { Sessions } = await pool.sdk.send(new ListUserSessionsCommand({ AccessToken: laptop.AccessToken }));
		const { SessionId } = Sessions.find((s) => !s.IsCurrentSession);
		const revoke = ({ AccessToken }) => pool.sdk.send(new RevokeUserSessionCommand({ AccessToken, SessionId }));
		await assert.rejects(revoke(other), { name: 'ResourceNotFoundException' });
		assert.equal((await who(pool, phone)).Username, 'eve');
		await revoke(laptop);
		await assert.rejects(who(pool, phone), lib.revokedAccess);
		assert.equal((await who(pool, laptop)).Username, 'eve');
	});
});

describe('refresh tokens that rotate', async () => {
	const RefreshTokenRotation = { Feature: 'ENABLED', RetryGracePeriodSeconds: 10 };
	const pool = await newPool({}, { RefreshTokenRotation, ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] });

	test('are good once, and a little longer', async () => {
		await pool.add('ada');
		const first = await enter(pool, 'ada');
		const second = await refresh(pool, first);
		assert.ok(second.RefreshToken && second.RefreshToken !== first.RefreshToken);
		assert.equal(lib.claims(second.AccessToken).origin_jti, lib.claims(first.AccessToken).origin_jti);
		assert.ok((await refresh(pool, first)).AccessToken);
		await lib.advance('11s');
		const third = await refresh(pool, second);
		await assert.rejects(refresh(pool, first), { name: 'RefreshTokenReuseException' });
		// Somebody has a token that is not theirs: nobody goes on.
		await assert.rejects(refresh(pool, third), { name: 'NotAuthorizedException' });
	});

	test('are no use to the older call', async () => {
		await pool.add('bob');
		const { RefreshToken: REFRESH_TOKEN } = await enter(pool, 'bob');
		const AuthParameters = { REFRESH_TOKEN };
		const old = new InitiateAuthCommand({ ClientId: pool.ClientId, AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters });
		await assert.rejects(pool.sdk.send(old));
	});
});
