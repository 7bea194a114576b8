// @aws-sdk/client-cognito-identity-provider v3: sessions, refresh tokens that
// rotate, what is remembered of sign-ins, and what is thought of them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
	AdminListUserAuthEventsCommand,
	AdminListUserSessionsCommand,
	AdminRevokeUserSessionCommand,
	AdminUpdateAuthEventFeedbackCommand,
	GetTokensFromRefreshTokenCommand,
	GetUserCommand,
	InitiateAuthCommand,
	ListUserSessionsCommand,
	RevokeUserSessionCommand,
	SetRiskConfigurationCommand,
	SetUserPoolSessionConfigurationCommand,
	UpdateAuthEventFeedbackCommand,
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

describe('events', async () => {
	const pool = await newPool({ UserPoolTier: 'PLUS', UserPoolAddOns: { AdvancedSecurityMode: 'AUDIT' } });
	const list = async (Username, more) => pool.send(AdminListUserAuthEventsCommand, { Username, ...more });

	test('are listed, newest first, page by page, and judged', async () => {
		await pool.add('ada');
		await assert.rejects(enter(pool, 'ada', lib.otherPassword), lib.wrongPassword);
		await lib.advance('1s');
		await enter(pool, 'ada');
		const { AuthEvents } = await list('ada');
		assert.deepEqual(AuthEvents.map((e) => [e.EventType, e.EventResponse]), [['SignIn', 'Pass'], ['SignIn', 'Fail']]);
		const [passed, failed] = AuthEvents;
		assert.ok(passed.CreationDate > failed.CreationDate);
		assert.deepEqual(passed.ChallengeResponses, [{ ChallengeName: 'Password', ChallengeResponse: 'Success' }]);
		assert.deepEqual(failed.ChallengeResponses, [{ ChallengeName: 'Password', ChallengeResponse: 'Failure' }]);
		assert.equal(passed.EventContextData.IpAddress, '127.0.0.1');

		const first = await list('ada', { MaxResults: 1 });
		const second = await list('ada', { MaxResults: 1, NextToken: first.NextToken });
		assert.deepEqual([first, second].map((page) => page.AuthEvents.map((e) => e.EventId)), [[passed.EventId], [failed.EventId]]);

		const judge = (Username, EventId) => pool.send(AdminUpdateAuthEventFeedbackCommand, { Username, EventId, FeedbackValue: 'Invalid' });
		await judge('ada', failed.EventId);
		const judged = (await list('ada')).AuthEvents.find((e) => e.EventId === failed.EventId);
		assert.deepEqual([judged.EventFeedback.FeedbackValue, judged.EventFeedback.Provider], ['Invalid', 'Admin']);
		await pool.add('eve');
		await assert.rejects(judge('eve', failed.EventId));
		await assert.rejects(list('nobody'), nobody);
	});

	test('are no business of a pool without the add-on', async () => {
		const plain = await newPool();
		await plain.add('ada');
		await assert.rejects(plain.send(AdminListUserAuthEventsCommand, { Username: 'ada' }), { name: 'UserPoolAddOnNotEnabledException' });
	});
});

describe('risk', async () => {
	const watched = { UserPoolTier: 'PLUS', UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' } };
	const refused = { name: 'NotAuthorizedException', message: 'Unable to login because of security reasons.' };

	// from is the pool as a program of that name sees it.
	function from(pool, userAgent) {
		const sdk = lib.sdk();
		const name = (next) => (args) => {
			args.request.headers['user-agent'] = userAgent;
			return next(args);
		};
		sdk.middlewareStack.add(name, { step: 'finalizeRequest', priority: 'low' });
		return { ...pool, sdk };
	}
	const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
	const safari = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1';

	test('networks that are blocked, and the exception', async () => {
		const pool = await newPool(watched);
		await pool.add('ada');
		const rules = (RiskExceptionConfiguration) => pool.send(SetRiskConfigurationCommand, { RiskExceptionConfiguration });
		await rules({ BlockedIPRangeList: ['127.0.0.0/8'] });
		await assert.rejects(enter(pool, 'ada'), refused);
		await rules({ BlockedIPRangeList: ['127.0.0.0/8'], SkippedIPRangeList: ['127.0.0.1/32'] });
		assert.ok((await enter(pool, 'ada')).AccessToken);
	});

	test('a new device is refused, and its owner hears of it and judges', async () => {
		const pool = await newPool(watched);
		const email = lib.newEmail();
		await pool.add('ada', { email, email_verified: 'true' });
		const text = (Subject, TextBody) => ({ Subject, TextBody, HtmlBody: TextBody });
		await pool.send(SetRiskConfigurationCommand, {
			AccountTakeoverRiskConfiguration: {
				NotifyConfiguration: {
					SourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/example.com',
					From: 'security@example.com',
					BlockEmail: text('Stopped', 'Was that you, {username}? {one-click-link-valid}'),
				},
				Actions: { LowAction: { Notify: true, EventAction: 'BLOCK' } },
			},
		});
		assert.ok((await enter(from(pool, firefox), 'ada')).AccessToken);
		await assert.rejects(enter(from(pool, safari), 'ada'), refused);
		await assert.rejects(enter(from(pool, safari), 'ada'), refused);
		assert.ok((await enter(from(pool, firefox), 'ada')).AccessToken);

		const events = async () => (await pool.send(AdminListUserAuthEventsCommand, { Username: 'ada' })).AuthEvents;
		const { EventId, EventRisk } = (await events()).find((e) => e.EventResponse === 'Fail');
		assert.deepEqual([EventRisk.RiskDecision, EventRisk.RiskLevel], ['Block', 'Low']);

		const { subject, body } = await lib.mail(email, 2);
		assert.equal(subject, 'Stopped');
		const [, link] = body.match(/^Was that you, ada\? (http.*)$/);
		const FeedbackToken = new URL(link).searchParams.get('token');
		const judge = (more) =>
			pool.send(UpdateAuthEventFeedbackCommand, { Username: 'ada', EventId, FeedbackToken, FeedbackValue: 'Valid', ...more });
		await assert.rejects(judge({ FeedbackToken: lib.altered(`${FeedbackToken}.`, 0) }), { name: 'NotAuthorizedException' });
		await judge();
		const judged = (await events()).find((e) => e.EventId === EventId);
		assert.equal(judged.EventFeedback.FeedbackValue, 'Valid');
		// A device that was vouched for is new no more.
		assert.ok((await enter(from(pool, safari), 'ada')).AccessToken);
	});
});
