// @aws-sdk/client-cognito-identity-provider v3: what an administrator does to
// users who are there, and what they notice of it.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { Amplify } from 'aws-amplify';
import { signIn as amplifySignIn } from 'aws-amplify/auth';
import {
	AdminCreateUserCommand,
	AdminDeleteUserAttributesCommand,
	AdminDisableUserCommand,
	AdminEnableUserCommand,
	AdminGetUserCommand,
	AdminResetUserPasswordCommand,
	AdminSetUserPasswordCommand,
	AdminUpdateUserAttributesCommand,
	AdminUserGlobalSignOutCommand,
	CreateUserPoolClientCommand,
	CreateUserPoolCommand,
	GetUserCommand,
	InitiateAuthCommand,
	ListUsersCommand,
	paginateListUsers,
	RespondToAuthChallengeCommand,
	SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import * as lib from './lib.mjs';

const client = lib.sdk('eu-west-1');
const { password, otherPassword } = lib;
const flows = ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'];
const disabled = { name: 'NotAuthorizedException', message: 'User is disabled.' };
const unknown = { name: 'UserNotFoundException', message: 'User does not exist.' };
const resetRequired = {
	name: 'PasswordResetRequiredException',
	message: 'Password reset required for the user',
};

// newPool makes a pool and a client of it, and returns what is done there.
async function newPool(input = {}) {
	const { UserPool } = await client.send(
		new CreateUserPoolCommand({
			PoolName: 'people',
			UsernameConfiguration: { CaseSensitive: false },
			Policies: { PasswordPolicy: { MinimumLength: 8, TemporaryPasswordValidityDays: 3 } },
			...input,
		}),
	);
	const UserPoolId = UserPool.Id;
	const { UserPoolClient } = await client.send(
		new CreateUserPoolClientCommand({ UserPoolId, ClientName: 'web', ExplicitAuthFlows: flows }),
	);
	const { ClientId } = UserPoolClient;
	const admin = (Command, more) => client.send(new Command({ UserPoolId, ...more }));
	const auth = (AuthFlow, AuthParameters) =>
		client.send(new InitiateAuthCommand({ ClientId, AuthFlow, AuthParameters }));
	return {
		UserPoolId,
		ClientId,
		admin,
		// user makes somebody who has a password of their own.
		async user(Username, attributes = {}) {
			const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
			const { User } = await admin(AdminCreateUserCommand, { Username, UserAttributes, MessageAction: 'SUPPRESS' });
			await admin(AdminSetUserPasswordCommand, { Username, Password: password, Permanent: true });
			return User;
		},
		update: (Username, attributes) =>
			admin(AdminUpdateUserAttributesCommand, {
				Username,
				UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
			}),
		get: async (Username) => {
			const got = await admin(AdminGetUserCommand, { Username });
			return { ...got, attributes: Object.fromEntries(got.UserAttributes.map((a) => [a.Name, a.Value])) };
		},
		signIn: async (USERNAME, PASSWORD = password) => auth('USER_PASSWORD_AUTH', { USERNAME, PASSWORD }),
		tokens: async (USERNAME) => (await auth('USER_PASSWORD_AUTH', { USERNAME, PASSWORD: password })).AuthenticationResult,
		refresh: (REFRESH_TOKEN) => auth('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN }),
		getUser: (AccessToken) => client.send(new GetUserCommand({ AccessToken })),
		answer: (due, USERNAME, NEW_PASSWORD) =>
			client.send(
				new RespondToAuthChallengeCommand({
					ClientId,
					ChallengeName: due.ChallengeName,
					Session: due.Session,
					ChallengeResponses: { USERNAME, NEW_PASSWORD },
				}),
			),
	};
}

async function advance(duration) {
	const res = await fetch(`${lib.endpoint}/_cenote/clock`, {
		method: 'POST',
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify({ advance: duration }),
	});
	assert.ok(res.ok, `clock: ${res.status}`);
}

describe('who may sign in', () => {
	let pool;
	before(async () => {
		pool = await newPool();
	});

	test('a disabled user is out at once, and in again when enabled', async () => {
		await pool.user('ada');
		const { AccessToken, RefreshToken } = await pool.tokens('ada');
		await pool.admin(AdminSetUserPasswordCommand, { Username: 'ada', Password: otherPassword });
		const due = await pool.signIn('ada', otherPassword);
		await pool.admin(AdminDisableUserCommand, { Username: 'ADA' });
		assert.equal((await pool.get('ada')).Enabled, false);
		await assert.rejects(pool.signIn('ada', otherPassword), disabled);
		await assert.rejects(pool.answer(due, 'ada', password), { name: 'NotAuthorizedException' });
		await assert.rejects(pool.refresh(RefreshToken), disabled);
		await assert.rejects(pool.getUser(AccessToken), lib.revokedAccess);

		await pool.admin(AdminEnableUserCommand, { Username: 'ada' });
		const enabled = await pool.get('ada');
		assert.equal(enabled.Enabled, true);
		assert.equal(enabled.UserStatus, 'FORCE_CHANGE_PASSWORD');
		await assert.rejects(pool.refresh(RefreshToken), lib.revokedRefresh); // ended stays ended
		await assert.rejects(pool.answer(due, 'ada', password), { name: 'NotAuthorizedException' });
		const done = await pool.answer(await pool.signIn('ada', otherPassword), 'ada', password);
		assert.equal((await pool.getUser(done.AuthenticationResult.AccessToken)).Username, 'ada');
	});

	test('a sign-out everywhere ends every token and nothing else', async () => {
		await pool.user('bob');
		const first = await pool.tokens('bob');
		const second = await pool.tokens('bob');
		await pool.admin(AdminUserGlobalSignOutCommand, { Username: 'bob' });
		for (const { AccessToken, RefreshToken } of [first, second]) {
			await assert.rejects(pool.getUser(AccessToken), lib.revokedAccess);
			await assert.rejects(pool.refresh(RefreshToken), lib.revokedRefresh);
		}
		const { AccessToken, RefreshToken } = await pool.tokens('bob');
		assert.equal((await pool.getUser(AccessToken)).Username, 'bob');
		assert.ok((await pool.refresh(RefreshToken)).AuthenticationResult.IdToken);
	});

	test('a reset sends a code and makes the old password useless', async () => {
		const email = lib.newEmail('eve');
		await pool.user('eve', { email, email_verified: 'true' });
		const { AccessToken } = await pool.tokens('eve');
		await pool.admin(AdminResetUserPasswordCommand, { Username: 'eve' });
		assert.equal((await pool.get('eve')).UserStatus, 'RESET_REQUIRED');
		const message = await lib.mail(email);
		assert.match(message.code, /^\d{6}$/);
		assert.equal(message.body, `Your password reset code is ${message.code}`);
		await assert.rejects(pool.signIn('eve'), resetRequired);
		await assert.rejects(pool.signIn('eve', otherPassword), resetRequired);
		await assert.rejects(pool.getUser(AccessToken), resetRequired);
		await pool.admin(AdminSetUserPasswordCommand, { Username: 'eve', Password: otherPassword, Permanent: true });
		assert.ok((await pool.signIn('eve', otherPassword)).AuthenticationResult);
	});

	test('a reset is refused where nothing can be sent or reset', async () => {
		await pool.admin(AdminCreateUserCommand, { Username: 'new', MessageAction: 'SUPPRESS' });
		const reset = (Username) => pool.admin(AdminResetUserPasswordCommand, { Username });
		await assert.rejects(reset('new'), {
			name: 'NotAuthorizedException',
			message: 'User password cannot be reset in the current state.',
		});
		await pool.user('joe', { email: lib.newEmail('joe') });
		await assert.rejects(reset('joe'), {
			name: 'InvalidParameterException',
			message: 'Cannot reset password for the user as there is no registered/verified email or phone_number',
		});
		await pool.update('joe', { email_verified: 'true' });
		await pool.admin(AdminDisableUserCommand, { Username: 'joe' });
		await assert.rejects(reset('joe'), disabled);
		await assert.rejects(reset('nobody'), unknown);
	});

	test('Amplify asks somebody who was reset for a new password', async () => {
		const username = await lib.confirmedUser('mia');
		await lib.sdk().send(new AdminResetUserPasswordCommand({ UserPoolId: lib.poolId, Username: username }));
		await lib.mail(username, 2);
		Amplify.configure(lib.outputs);
		const { isSignedIn, nextStep } = await amplifySignIn({ username, password });
		assert.equal(isSignedIn, false);
		assert.equal(nextStep.signInStep, 'RESET_PASSWORD');
	});
});

describe('attributes', () => {
	test('are changed and taken away by the rules of the schema', async () => {
		const pool = await newPool({
			Schema: [
				{ Name: 'name', AttributeDataType: 'String', Required: true, Mutable: true },
				{ Name: 'team', AttributeDataType: 'String', Mutable: true },
				{ Name: 'born', AttributeDataType: 'String', Mutable: false },
				{ Name: 'rank', AttributeDataType: 'Number', DeveloperOnlyAttribute: true, Mutable: true },
			],
		});
		await pool.user('ada', { name: 'Ada', 'custom:team': 'red', 'custom:born': '1815', gender: 'f' });
		const before = await pool.get('ada');
		const { AccessToken } = await pool.tokens('ada');
		await pool.update('ada', { name: 'Ada Lovelace', 'dev:custom:rank': '7', 'custom:team': '' });
		await pool.admin(AdminDeleteUserAttributesCommand, { Username: 'ada', UserAttributeNames: ['gender', 'nickname'] });
		const { sub } = before.attributes;
		const after = await pool.get('ada');
		assert.deepEqual(after.attributes, { sub, name: 'Ada Lovelace', 'custom:born': '1815', 'dev:custom:rank': '7' });
		assert.ok(after.UserLastModifiedDate > before.UserLastModifiedDate);
		const seen = (await pool.getUser(AccessToken)).UserAttributes; // still signed in
		assert.deepEqual(seen.map((a) => a.Name).sort(), ['custom:born', 'name', 'sub']);

		const invalid = (message) => ({ name: 'InvalidParameterException', message });
		await assert.rejects(pool.update('ada', { 'custom:none': 'x', name: 'x' }), invalid('user.custom:none: Attribute does not exist in the schema.\n'));
		await assert.rejects(pool.update('ada', { 'custom:born': '1816' }), invalid('user.custom:born: Attribute cannot be updated.\n'));
		await assert.rejects(pool.update('ada', { sub: 'x' }), invalid('user.sub: Attribute cannot be updated.\n'));
		await assert.rejects(pool.update('ada', { name: '' }), invalid('user.name: Required attribute cannot be deleted.\n'));
		await assert.rejects(
			pool.admin(AdminDeleteUserAttributesCommand, { Username: 'ada', UserAttributeNames: ['name'] }),
			invalid('user.name: Required attribute cannot be deleted.\n'),
		);
		assert.deepEqual((await pool.get('ada')).attributes, after.attributes);
	});

	test('another address signs in where addresses do, and the old one does not', async () => {
		const pool = await newPool({ UsernameAttributes: ['email'], AutoVerifiedAttributes: ['email'] });
		const [old, fresh, other] = [lib.newEmail('old'), lib.newEmail('new'), lib.newEmail('other')];
		const { Username } = await pool.user(old, { email_verified: 'true' });
		await pool.user(other);
		await pool.update(old, { email: fresh });
		await assert.rejects(pool.signIn(old), unknown);
		assert.equal(lib.claims((await pool.tokens(fresh.toUpperCase())).AccessToken).username, Username);
		const { attributes } = await pool.get(fresh);
		assert.deepEqual(attributes, { sub: Username, email: fresh, email_verified: 'false' });
		assert.match(await lib.code(fresh), /^\d{6}$/); // goes to the new address
		assert.deepEqual(await lib.inbox(old), []);

		await assert.rejects(pool.update(fresh, { email: other }), {
			name: 'AliasExistsException',
			message: 'An account with the given email already exists.',
		});
		const vouched = lib.newEmail('vouched');
		await pool.update(fresh, { email: vouched, email_verified: 'true' });
		assert.equal((await pool.get(vouched)).attributes.email_verified, 'true');
		assert.deepEqual(await lib.inbox(vouched), []);
		await client.send(new SignUpCommand({ ClientId: pool.ClientId, Username: old, Password: password })); // is free
	});

	test('an alias moves with the proof', async () => {
		const pool = await newPool({ AliasAttributes: ['email', 'preferred_username'] });
		const [email, fresh] = [lib.newEmail(), lib.newEmail()];
		await pool.user('ada', { email, email_verified: 'true' });
		await pool.user('eve', { email });
		const exists = { name: 'AliasExistsException', message: 'An account with the given email already exists.' };
		await assert.rejects(pool.update('eve', { email_verified: 'true' }), exists);
		await pool.update('ada', { email: fresh });
		await assert.rejects(pool.signIn(fresh), unknown); // not proved
		await assert.rejects(pool.signIn(email), unknown);
		await pool.update('eve', { email_verified: 'true' });
		assert.equal(lib.claims((await pool.tokens(email)).AccessToken).username, 'eve');
		await pool.update('ada', { email_verified: 'true', preferred_username: 'countess' });
		for (const name of [fresh, 'Countess']) {
			assert.equal(lib.claims((await pool.tokens(name)).AccessToken).username, 'ada');
		}

		const more = { MessageAction: 'SUPPRESS', UserAttributes: [{ Name: 'email', Value: fresh }, { Name: 'email_verified', Value: 'true' }] };
		await assert.rejects(pool.admin(AdminCreateUserCommand, { Username: 'bob', ...more }), exists);
		await pool.admin(AdminCreateUserCommand, { Username: 'bob', ...more, ForceAliasCreation: true });
		assert.equal((await pool.get(fresh)).Username, 'bob');
		const loser = (await pool.get('ada')).attributes;
		assert.equal(loser.email, fresh);
		assert.equal(loser.email_verified, 'false');
	});
});

describe('130 users', () => {
	let pool;
	const named = (i) => `user-${String(i).padStart(3, '0')}`;
	before(async () => {
		pool = await newPool();
		for (let first = 0; first < 130; first += 26) {
			const some = Array.from({ length: 26 }, (_, i) => first + i);
			await Promise.all(
				some.map(async (i) => {
					const attributes = {
						email: `User${i}@Example.com`,
						phone_number: `+1555000${String(i).padStart(4, '0')}`,
						given_name: i % 2 ? 'Ada' : 'adam',
						family_name: `Love "${i % 10}"`,
					};
					const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
					await pool.admin(AdminCreateUserCommand, { Username: named(i), UserAttributes, MessageAction: 'SUPPRESS' });
				}),
			);
		}
		await pool.admin(AdminSetUserPasswordCommand, { Username: named(7), Password: password, Permanent: true });
		await pool.admin(AdminDisableUserCommand, { Username: named(8) });
	});

	// all returns the users of a filter, who come in pages.
	async function all(Filter, more = {}) {
		const users = [];
		const input = { UserPoolId: pool.UserPoolId, Filter, ...more };
		for await (const page of paginateListUsers({ client, pageSize: 25 }, input)) {
			assert.ok(page.Users.length <= 25);
			users.push(...page.Users);
		}
		assert.equal(new Set(users.map((u) => u.Username)).size, users.length, 'nobody comes twice');
		return users;
	}
	const range = (n, keep = () => true) => Array.from({ length: n }, (_, i) => i).filter(keep).map(named);

	for (const [filter, names] of [
		[undefined, range(130)],
		['', range(130)],
		['username = "USER-010"', [named(10)]],
		['username ^= "user-01"', range(20, (i) => i >= 10)],
		['email = "user42@example.com"', [named(42)]],
		['email ^= "USER12"', [named(12), ...range(130, (i) => i >= 120)]],
		['phone_number = "+15550000099"', [named(99)]],
		['phone_number^="+1555"', range(130)],
		['given_name = "ada"', range(130, (i) => i % 2 === 1)],
		['given_name ^= "ada"', range(130)],
		['family_name = "Love \\"3\\""', range(130, (i) => i % 10 === 3)],
		['name = "Ada"', []],
		['preferred_username ^= ""', []],
		['cognito:user_status = "Force_Change_Password"', range(130, (i) => i !== 7)],
		['cognito:user_status = "CONFIRMED"', [named(7)]],
		['status = "Enabled"', range(130, (i) => i !== 8)],
		['status = "Disabled"', [named(8)]],
	]) {
		test(`by ${filter}`, async () => {
			assert.deepEqual((await all(filter)).map((u) => u.Username).sort(), names);
		});
	}

	test('by sub', async () => {
		const { attributes } = await pool.get(named(11));
		assert.deepEqual((await all(`sub = "${attributes.sub}"`)).map((u) => u.Username), [named(11)]);
	});

	test('with the attributes that were asked for', async () => {
		const users = await all('username ^= "user-00"', { AttributesToGet: ['email', 'sub'] });
		assert.equal(users.length, 10);
		for (const user of users) assert.deepEqual(user.Attributes.map((a) => a.Name), ['sub', 'email']);
		const [none] = await all(`username = "${named(1)}"`, { AttributesToGet: ['gender'] });
		assert.deepEqual(none.Attributes, []);
	});

	test('and never by what is no filter', async () => {
		const list = (more) => pool.admin(ListUsersCommand, more);
		const invalid = (message) => ({ name: 'InvalidParameterException', message });
		await assert.rejects(list({ Filter: 'email' }), invalid('Error while parsing filter.'));
		await assert.rejects(list({ Filter: 'email = "a" or email = "b"' }), invalid('Error while parsing filter.'));
		await assert.rejects(list({ Filter: 'gender = "f"' }), invalid('Invalid search attribute: gender'));
		await assert.rejects(list({ Filter: 'custom:a = "f"' }), invalid('Input fails to satisfy the constraints.'));
		await assert.rejects(list({ AttributesToGet: ['custom:a'] }), invalid('One or more requested attributes do not exist.'));
		const { PaginationToken } = await list({ Filter: 'email ^= "user"', Limit: 1 });
		await assert.rejects(list({ Filter: 'email ^= "User"', PaginationToken }), invalid('Invalid pagination token'));
	});
});

// Last, since the clock does not go back.
test('a temporary password ends after the days of the pool, and an invitation gives another', async () => {
	const pool = await newPool();
	const email = lib.newEmail('lin');
	const invite = (more) =>
		pool.admin(AdminCreateUserCommand, { Username: 'lin', DesiredDeliveryMediums: ['EMAIL'], ...more });
	await invite({ UserAttributes: [{ Name: 'email', Value: email }] });
	const first = await lib.code(email);
	await advance('71h');
	assert.equal((await pool.signIn('lin', first)).ChallengeName, 'NEW_PASSWORD_REQUIRED');
	await advance('2h');
	const expired = {
		name: 'NotAuthorizedException',
		message: 'Temporary password has expired and must be reset by an administrator.',
	};
	await assert.rejects(pool.signIn('lin', first), expired);
	await invite({ MessageAction: 'RESEND' });
	const due = await pool.signIn('lin', await lib.code(email, 2));
	await assert.rejects(pool.signIn('lin', first), lib.wrongPassword);
	assert.ok((await pool.answer(due, 'lin', password)).AuthenticationResult);
	await assert.rejects(invite({ MessageAction: 'RESEND' }), {
		name: 'UnsupportedUserStateException',
		message: 'Resend not possible. lin status is not FORCE_CHANGE_PASSWORD',
	});

	await pool.admin(AdminSetUserPasswordCommand, { Username: 'lin', Password: otherPassword, Permanent: false });
	await advance('73h');
	await assert.rejects(pool.signIn('lin', otherPassword), expired);
	await pool.admin(AdminSetUserPasswordCommand, { Username: 'lin', Password: otherPassword, Permanent: true });
	assert.ok((await pool.signIn('lin', otherPassword)).AuthenticationResult);
});
