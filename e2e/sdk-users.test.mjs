// @aws-sdk/client-cognito-identity-provider v3: users, by themselves and by an
// administrator, in pools of each kind.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { before, describe, test } from 'node:test';
import {
	AdminConfirmSignUpCommand,
	AdminCreateUserCommand,
	AdminDeleteUserCommand,
	AdminGetUserCommand,
	AdminSetUserPasswordCommand,
	ConfirmSignUpCommand,
	CreateUserPoolClientCommand,
	CreateUserPoolCommand,
	GetTokensFromRefreshTokenCommand,
	GetUserCommand,
	InitiateAuthCommand,
	ListUsersCommand,
	paginateListUsers,
	RespondToAuthChallengeCommand,
	RevokeTokenCommand,
	SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import * as lib from './lib.mjs';

const client = lib.sdk('eu-west-1');
const { password, otherPassword } = lib;
const flows = ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'];

// newPool makes a pool and a client of it that takes the plain password.
async function newPool(input = {}, clientInput = {}) {
	const { UserPool } = await client.send(new CreateUserPoolCommand({ PoolName: 'people', ...input }));
	const UserPoolId = UserPool.Id;
	const { UserPoolClient } = await client.send(
		new CreateUserPoolClientCommand({ UserPoolId, ClientName: 'web', ExplicitAuthFlows: flows, ...clientInput }),
	);
	return { UserPoolId, ClientId: UserPoolClient.ClientId, secret: UserPoolClient.ClientSecret };
}

function signIn({ ClientId }, USERNAME, PASSWORD = password, more = {}) {
	const AuthParameters = { USERNAME, PASSWORD, ...more };
	return client.send(new InitiateAuthCommand({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters }));
}

const attributeMap = (list) => Object.fromEntries(list.map((a) => [a.Name, a.Value]));

describe('a pool of plain user names', () => {
	let pool, admin;
	before(async () => {
		pool = await newPool();
		admin = (Command, input) => client.send(new Command({ UserPoolId: pool.UserPoolId, ...input }));
	});

	test('an administrator makes a user, who chooses a password at the first sign-in', async () => {
		const { User } = await admin(AdminCreateUserCommand, {
			Username: 'grace',
			TemporaryPassword: otherPassword,
			MessageAction: 'SUPPRESS',
			UserAttributes: [{ Name: 'email', Value: 'grace@example.com' }],
		});
		assert.equal(User.Username, 'grace');
		assert.equal(User.UserStatus, 'FORCE_CHANGE_PASSWORD');
		assert.equal(User.Enabled, true);
		assert.ok(User.UserCreateDate instanceof Date);
		const { sub } = attributeMap(User.Attributes);

		const due = await signIn(pool, 'grace', otherPassword);
		assert.equal(due.ChallengeName, 'NEW_PASSWORD_REQUIRED');
		assert.equal(due.AuthenticationResult, undefined);
		assert.equal(due.ChallengeParameters.USER_ID_FOR_SRP, 'grace');
		assert.equal(JSON.parse(due.ChallengeParameters.userAttributes).email, 'grace@example.com');

		const answer = (NEW_PASSWORD) =>
			client.send(
				new RespondToAuthChallengeCommand({
					ClientId: pool.ClientId,
					ChallengeName: due.ChallengeName,
					Session: due.Session,
					ChallengeResponses: { USERNAME: 'grace', NEW_PASSWORD },
				}),
			);
		await assert.rejects(answer('Tulip-4'), { name: 'InvalidPasswordException' });
		const done = await answer(password); // a refused password leaves the session open
		assert.equal(lib.claims(done.AuthenticationResult.AccessToken).sub, sub);
		assert.equal(lib.claims(done.AuthenticationResult.AccessToken).username, 'grace');

		const got = await admin(AdminGetUserCommand, { Username: 'grace' });
		assert.equal(got.UserStatus, 'CONFIRMED');
		assert.equal(attributeMap(got.UserAttributes).sub, sub);
		assert.equal((await admin(AdminGetUserCommand, { Username: sub })).Username, 'grace');
		await assert.rejects(answer(otherPassword), { name: 'NotAuthorizedException' });
	});

	test('a permanent password confirms, a temporary one asks for another', async () => {
		await admin(AdminCreateUserCommand, { Username: 'joan', MessageAction: 'SUPPRESS' });
		await admin(AdminSetUserPasswordCommand, { Username: 'joan', Password: password, Permanent: true });
		assert.ok((await signIn(pool, 'joan')).AuthenticationResult.IdToken);
		await admin(AdminSetUserPasswordCommand, { Username: 'joan', Password: otherPassword, Permanent: false });
		assert.equal((await signIn(pool, 'joan', otherPassword)).ChallengeName, 'NEW_PASSWORD_REQUIRED');
		await assert.rejects(signIn(pool, 'joan'), lib.wrongPassword);
	});

	test('an administrator confirms a sign-up and deletes a user', async () => {
		const { ClientId } = pool;
		await client.send(new SignUpCommand({ ClientId, Username: 'mary', Password: password }));
		await assert.rejects(client.send(new SignUpCommand({ ClientId, Username: 'mary', Password: password })), {
			name: 'UsernameExistsException',
			message: 'User already exists',
		});
		await assert.rejects(signIn(pool, 'mary'), { name: 'UserNotConfirmedException' });
		await admin(AdminConfirmSignUpCommand, { Username: 'mary' });
		await assert.rejects(admin(AdminConfirmSignUpCommand, { Username: 'mary' }), {
			name: 'NotAuthorizedException',
			message: 'User cannot be confirmed. Current status is CONFIRMED',
		});
		const { AuthenticationResult } = await signIn(pool, 'mary');

		await admin(AdminDeleteUserCommand, { Username: 'mary' });
		const gone = { name: 'UserNotFoundException', message: 'User does not exist.' };
		await assert.rejects(admin(AdminGetUserCommand, { Username: 'mary' }), gone);
		await assert.rejects(admin(AdminDeleteUserCommand, { Username: 'mary' }), gone);
		await assert.rejects(client.send(new GetUserCommand({ AccessToken: AuthenticationResult.AccessToken })), gone);
		await client.send(new SignUpCommand({ ClientId, Username: 'mary', Password: password }));
	});

	test('a name is taken once', async () => {
		await admin(AdminCreateUserCommand, { Username: 'once', MessageAction: 'SUPPRESS' });
		await assert.rejects(admin(AdminCreateUserCommand, { Username: 'once', MessageAction: 'SUPPRESS' }), {
			name: 'UsernameExistsException',
			message: 'User account already exists',
		});
	});

	test('unknown pools and users are named as the service does', async () => {
		await assert.rejects(admin(AdminGetUserCommand, { Username: 'nobody' }), {
			name: 'UserNotFoundException',
			message: 'User does not exist.',
		});
		await assert.rejects(admin(ListUsersCommand, { UserPoolId: 'eu-west-1_AAAAAAAAA' }), {
			name: 'ResourceNotFoundException',
			message: 'User pool eu-west-1_AAAAAAAAA does not exist.',
		});
		await assert.rejects(signIn({ ClientId: 'nosuchclient' }, 'nobody'), {
			name: 'ResourceNotFoundException',
			message: 'User pool client nosuchclient does not exist.',
		});
		await assert.rejects(client.send(new AdminGetUserCommand({})), {
			name: 'InvalidParameterException',
			message:
				"2 validation errors detected: Value null at 'userPoolId' failed to satisfy constraint: Member must not be null; " +
				"Value null at 'username' failed to satisfy constraint: Member must not be null",
		});
	});
});

test('users are listed ten at a time', async () => {
	const { UserPoolId } = await newPool();
	const names = Array.from({ length: 25 }, (_, i) => `user-${String(i).padStart(2, '0')}`);
	for (const Username of names) {
		await client.send(new AdminCreateUserCommand({ UserPoolId, Username, MessageAction: 'SUPPRESS' }));
	}
	const pages = [];
	for await (const page of paginateListUsers({ client, pageSize: 10 }, { UserPoolId })) pages.push(page.Users);
	assert.ok(pages.every((page) => page.length <= 10));
	const users = pages.flat();
	assert.deepEqual(users.map((u) => u.Username).sort(), names);
	for (const user of users) {
		assert.ok(user.UserCreateDate instanceof Date);
		assert.equal(user.Attributes[0].Name, 'sub');
	}
});

test('an invitation carries the name and a password that works', async () => {
	const { UserPoolId, ClientId } = await newPool({ UsernameAttributes: ['email'] });
	const Username = lib.newEmail('lin');
	const { User } = await client.send(
		new AdminCreateUserCommand({ UserPoolId, Username, DesiredDeliveryMediums: ['EMAIL'] }),
	);
	assert.match(User.Username, /^[0-9a-f-]{36}$/);
	const invitation = await lib.mail(Username);
	assert.ok(invitation.code.length >= 8);
	assert.ok(invitation.body.includes(invitation.code));
	const due = await signIn({ ClientId }, Username, invitation.code);
	assert.equal(due.ChallengeName, 'NEW_PASSWORD_REQUIRED');

	await client.send(
		new AdminCreateUserCommand({ UserPoolId, Username, MessageAction: 'RESEND', DesiredDeliveryMediums: ['EMAIL'] }),
	);
	const second = await lib.mail(Username, 2);
	assert.notEqual(second.code, invitation.code);
	assert.equal((await signIn({ ClientId }, Username, second.code)).ChallengeName, 'NEW_PASSWORD_REQUIRED');
	await assert.rejects(signIn({ ClientId }, Username, invitation.code), lib.wrongPassword);
});

test('an alias signs in once it is verified, and the name stays the name', async () => {
	const pool = await newPool({ AliasAttributes: ['email'], AutoVerifiedAttributes: ['email'] });
	const { ClientId } = pool;
	const email = lib.newEmail();
	const UserAttributes = [{ Name: 'email', Value: email }];
	await client.send(new SignUpCommand({ ClientId, Username: 'ada', Password: password, UserAttributes }));
	await assert.rejects(signIn(pool, email), { name: 'UserNotFoundException', message: 'User does not exist.' });
	await client.send(new ConfirmSignUpCommand({ ClientId, Username: 'ada', ConfirmationCode: await lib.code(email) }));

	for (const typed of [email, 'ada']) {
		const { AuthenticationResult } = await signIn(pool, typed);
		assert.equal(lib.claims(AuthenticationResult.AccessToken).username, 'ada');
	}
	await assert.rejects(client.send(new SignUpCommand({ ClientId, Username: email, Password: password })), {
		name: 'InvalidParameterException',
		message: 'Username cannot be of email format, since user pool is configured for email alias.',
	});
});

for (const CaseSensitive of [true, false]) {
	test(`a pool with CaseSensitive ${CaseSensitive} does so`, async () => {
		const pool = await newPool({ UsernameAttributes: ['email'], UsernameConfiguration: { CaseSensitive } });
		const email = lib.newEmail();
		await client.send(new SignUpCommand({ ClientId: pool.ClientId, Username: email, Password: password }));
		await client.send(new AdminConfirmSignUpCommand({ UserPoolId: pool.UserPoolId, Username: email }));
		const shouting = signIn(pool, email.toUpperCase());
		if (CaseSensitive) await assert.rejects(shouting, { name: 'UserNotFoundException' });
		else assert.ok((await shouting).AuthenticationResult.AccessToken);
	});
}

describe('a client with a secret', () => {
	const Username = 'ada';
	let pool, hash;
	before(async () => {
		pool = await newPool({}, { GenerateSecret: true });
		hash = (name, secret = pool.secret) => createHmac('sha256', secret).update(name + pool.ClientId).digest('base64');
	});

	test('signs up and in with the right hash alone', async () => {
		const up = (more) =>
			client.send(new SignUpCommand({ ClientId: pool.ClientId, Username, Password: password, ...more }));
		await assert.rejects(up({}), {
			name: 'NotAuthorizedException',
			message: `Client ${pool.ClientId} is configured with secret but SECRET_HASH was not received`,
		});
		await assert.rejects(up({ SecretHash: hash(Username, 'guess') }), {
			name: 'NotAuthorizedException',
			message: `Unable to verify secret hash for client ${pool.ClientId}`,
		});
		await up({ SecretHash: hash(Username) });
		await client.send(new AdminConfirmSignUpCommand({ UserPoolId: pool.UserPoolId, Username }));

		await assert.rejects(signIn(pool, Username), { name: 'NotAuthorizedException' });
		const { AuthenticationResult } = await signIn(pool, Username, password, { SECRET_HASH: hash(Username) });
		assert.equal(AuthenticationResult.TokenType, 'Bearer');
		assert.equal(AuthenticationResult.ExpiresIn, 3600);
	});

	test('refreshes and revokes with the secret', async () => {
		const { ClientId, secret: ClientSecret } = pool;
		const { AuthenticationResult } = await signIn(pool, Username, password, { SECRET_HASH: hash(Username) });
		const { RefreshToken } = AuthenticationResult;
		const byHash = (SECRET_HASH) =>
			client.send(
				new InitiateAuthCommand({
					ClientId,
					AuthFlow: 'REFRESH_TOKEN_AUTH',
					AuthParameters: { REFRESH_TOKEN: RefreshToken, SECRET_HASH },
				}),
			);
		assert.ok((await byHash(hash(Username))).AuthenticationResult.AccessToken);
		await assert.rejects(byHash(hash('bob')), { name: 'NotAuthorizedException' });
		const fresh = await client.send(new GetTokensFromRefreshTokenCommand({ ClientId, ClientSecret, RefreshToken }));
		assert.ok(fresh.AuthenticationResult.IdToken);

		await client.send(new RevokeTokenCommand({ ClientId, ClientSecret, Token: RefreshToken }));
		await assert.rejects(byHash(hash(Username)), lib.revokedRefresh);
		for (const { AccessToken } of [AuthenticationResult, fresh.AuthenticationResult]) {
			await assert.rejects(client.send(new GetUserCommand({ AccessToken })), lib.revokedAccess);
		}
	});
});

test('flows and parameters a client does not offer are refused before anybody is looked up', async () => {
	const pool = await newPool({}, { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] });
	await assert.rejects(signIn(pool, 'nobody'), {
		name: 'InvalidParameterException',
		message: 'USER_PASSWORD_AUTH flow not enabled for this client',
	});
	const open = await newPool();
	const { ClientId } = open;
	const bare = new InitiateAuthCommand({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { PASSWORD: password } });
	await assert.rejects(client.send(bare), {
		name: 'InvalidParameterException',
		message: 'Missing required parameter USERNAME',
	});
});
