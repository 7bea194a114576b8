// @aws-sdk/client-cognito-identity-provider v3: users that come from a file.
import assert from 'node:assert/strict';
import { createHash, pbkdf2Sync, randomBytes, scryptSync } from 'node:crypto';
import { before, describe, test } from 'node:test';
import {
	AddCustomAttributesCommand,
	AdminGetUserCommand,
	ConfirmForgotPasswordCommand,
	CreateUserImportJobCommand,
	CreateUserPoolClientCommand,
	CreateUserPoolCommand,
	DescribeUserImportJobCommand,
	ForgotPasswordCommand,
	GetCSVHeaderCommand,
	InitiateAuthCommand,
	ListUserImportJobsCommand,
	ListUsersCommand,
	StartUserImportJobCommand,
	StopUserImportJobCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import * as lib from './lib.mjs';

const client = lib.sdk();
const CloudWatchLogsRoleArn = 'arn:aws:iam::123456789012:role/service-role/import';
const base64 = (bytes) => bytes.toString('base64').replace(/=+$/, '');

// newPool makes a pool and what the tests do with it.
async function newPool(settings = {}) {
	const { UserPool } = await client.send(
		new CreateUserPoolCommand({ PoolName: 'imported', AutoVerifiedAttributes: ['email'], ...settings }),
	);
	const UserPoolId = UserPool.Id;
	const { UserPoolClient } = await client.send(
		new CreateUserPoolClientCommand({
			UserPoolId,
			ClientName: 'web',
			ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
			PreventUserExistenceErrors: 'LEGACY',
		}),
	);
	const { ClientId } = UserPoolClient;
	const admin = (Command, input = {}) => client.send(new Command({ UserPoolId, ...input }));
	return {
		UserPoolId,
		ClientId,
		admin,
		auth: (AuthFlow, AuthParameters) => client.send(new InitiateAuthCommand({ ClientId, AuthFlow, AuthParameters })),
		async file(rows, ...more) {
			const { CSVHeader } = await admin(GetCSVHeaderCommand);
			const columns = [...CSVHeader, ...more];
			return [columns, ...rows.map((row) => columns.map((c) => row[c] ?? ''))].map((r) => r.join(',')).join('\n') + '\n';
		},
		async create(input = {}) {
			const out = await admin(CreateUserImportJobCommand, { JobName: 'everybody', CloudWatchLogsRoleArn, ...input });
			return out.UserImportJob;
		},
		// run imports a file and returns the job when it is over.
		async run(text, input) {
			const job = await this.create(input);
			const sent = await send(job, text);
			assert.equal(sent.status, 200, await sent.text());
			const { UserImportJob } = await admin(StartUserImportJobCommand, { JobId: job.JobId });
			assert.equal(UserImportJob.Status, 'Pending');
			return this.over(job);
		},
		async over({ JobId }) {
			for (let tries = 0; tries < 600; tries++) {
				const { UserImportJob } = await admin(DescribeUserImportJobCommand, { JobId });
				if (UserImportJob.CompletionDate) return UserImportJob;
				await new Promise((resolve) => setTimeout(resolve, 50));
			}
			throw new Error(`${JobId} did not end`);
		},
	};
}

const send = (job, body) =>
	fetch(job.PreSignedUrl, { method: 'PUT', headers: { 'x-amz-server-side-encryption': 'aws:kms' }, body });

const person = (name, more = {}) => ({
	'cognito:username': name,
	'cognito:mfa_enabled': 'FALSE',
	email: `${name}@example.com`,
	email_verified: 'TRUE',
	...more,
});

const failsWith = (name, message) => (err) => {
	assert.equal(err.name, name);
	if (message) assert.equal(err.message, message);
	return true;
};

describe('a file of users', () => {
	let pool;
	before(async () => {
		pool = await newPool();
		const CustomAttributes = [{ Name: 'team', AttributeDataType: 'String' }];
		await pool.admin(AddCustomAttributesCommand, { CustomAttributes });
	});

	test('its header', async () => {
		const { CSVHeader, UserPoolId } = await pool.admin(GetCSVHeaderCommand);
		assert.equal(UserPoolId, pool.UserPoolId);
		assert.deepEqual(CSVHeader.slice(-4), ['updated_at', 'custom:team', 'cognito:mfa_enabled', 'cognito:username']);
		assert.equal(CSVHeader[0], 'name');
		assert.ok(!CSVHeader.includes('sub'));
	});

	test('users come in, some are there already, some fail', async () => {
		const email = lib.newEmail('grace');
		const rows = [
			person('ada', { name: 'Lovelace\\, Ada', 'custom:team': 'red' }),
			person('grace', { email }),
			person('ada'),
			person('unproved', { email_verified: 'FALSE' }),
		];
		const job = await pool.run(await pool.file(rows));
		assert.equal(job.Status, 'Succeeded');
		assert.deepEqual([job.ImportedUsers, job.SkippedUsers, job.FailedUsers], [2, 1, 1]);
		assert.equal(job.CompletionMessage, 'Import Job Completed Successfully.');
		assert.equal(job.CloudWatchLogsRoleArn, CloudWatchLogsRoleArn);
		assert.ok(job.StartDate >= job.CreationDate && job.CompletionDate >= job.StartDate);

		const ada = await pool.admin(AdminGetUserCommand, { Username: 'ada' });
		assert.equal(ada.UserStatus, 'RESET_REQUIRED');
		const attributes = Object.fromEntries(ada.UserAttributes.map((a) => [a.Name, a.Value]));
		assert.equal(attributes.name, 'Lovelace, Ada');
		assert.equal(attributes['custom:team'], 'red');
		assert.equal(attributes.email_verified, 'true');

		// Nobody was told anything; a new password is asked for, and signs in.
		assert.deepEqual(await lib.inbox(email), []);
		const USERNAME = 'grace';
		const PASSWORD = lib.password;
		await assert.rejects(pool.auth('USER_PASSWORD_AUTH', { USERNAME, PASSWORD }), failsWith('PasswordResetRequiredException'));
		const { ClientId } = pool;
		await client.send(new ForgotPasswordCommand({ ClientId, Username: USERNAME }));
		const ConfirmationCode = await lib.code(email);
		await client.send(
			new ConfirmForgotPasswordCommand({ ClientId, Username: USERNAME, ConfirmationCode, Password: PASSWORD }),
		);
		const { AuthenticationResult } = await pool.auth('USER_PASSWORD_AUTH', { USERNAME, PASSWORD });
		assert.equal(lib.claims(AuthenticationResult.IdToken)['cognito:username'], USERNAME);
	});

	test('a job without a file, a job twice, a job that does not run', async () => {
		const { JobId, Status } = await pool.create();
		assert.equal(Status, 'Created');
		await assert.rejects(
			pool.admin(StartUserImportJobCommand, { JobId }),
			failsWith('PreconditionNotMetException', 'The CSV file of the user import job has not been uploaded.'),
		);
		await assert.rejects(pool.admin(StopUserImportJobCommand, { JobId }), failsWith('PreconditionNotMetException'));
		const missing = { JobId: 'import-none' };
		await assert.rejects(pool.admin(DescribeUserImportJobCommand, missing), failsWith('ResourceNotFoundException'));
	});

	test('the address takes one file, once', async () => {
		const job = await pool.create();
		const altered = { ...job, PreSignedUrl: job.PreSignedUrl.slice(0, -8) + 'AAAAAAAA' };
		const refused = await send(altered, 'a');
		assert.equal(refused.status, 403);
		assert.match(await refused.text(), /<Code>AccessDenied<\/Code>/);
		assert.equal((await send(job, await pool.file([person('carl')]))).status, 200);
		assert.equal((await send(job, await pool.file([person('dora')]))).status, 409);
	});

	test('a file of another pool fails as a whole', async () => {
		const job = await pool.run('name,email\nada,ada@example.com\n');
		assert.equal(job.Status, 'Failed');
		assert.equal(job.ImportedUsers, 0);
	});

	test('jobs in pages', async () => {
		const ids = [];
		let PaginationToken;
		do {
			const page = await pool.admin(ListUserImportJobsCommand, { MaxResults: 2, PaginationToken });
			ids.push(...page.UserImportJobs.map((j) => j.JobId));
			({ PaginationToken } = page);
		} while (PaginationToken);
		assert.equal(ids.length, 4);
		assert.equal(new Set(ids).size, 4);
	});
});

test('a job that is stopped', async () => {
	const pool = await newPool();
	const rows = Array.from({ length: 20000 }, (_, i) => person(`user-${i}`));
	const job = await pool.create();
	assert.equal((await send(job, await pool.file(rows))).status, 200);
	await pool.admin(StartUserImportJobCommand, { JobId: job.JobId });
	const { UserImportJob } = await pool.admin(StopUserImportJobCommand, { JobId: job.JobId });
	assert.equal(UserImportJob.Status, 'Stopping');
	const over = await pool.over(job);
	assert.equal(over.Status, 'Stopped');
	assert.ok(over.ImportedUsers < 20000);
});

test('people who sign in by their address', async () => {
	const pool = await newPool({ UsernameAttributes: ['email'] });
	const email = lib.newEmail('ada');
	const job = await pool.run(await pool.file([person('', { 'cognito:username': '', email })]));
	assert.equal(job.ImportedUsers, 1);
	const { Users } = await pool.admin(ListUsersCommand, { Filter: `email = "${email}"` });
	assert.match(Users[0].Username, /^[0-9a-f-]{36}$/);
});

// The hashes of other systems, made here by Node's own crypto; bcrypt and
// argon2id are what their authors published.
const salt = randomBytes(16);
const hashes = {
	SCRYPT: [`$scrypt$ln=10,r=8,p=1$${base64(salt)}$${base64(scryptSync(lib.password, salt, 32, { N: 1024, r: 8, p: 1 }))}`, lib.password],
	PBKDF2_SHA256: [
		`$pbkdf2-sha256$2000$${base64(salt)}$${base64(pbkdf2Sync(lib.password, salt, 2000, 32, 'sha256'))}`,
		lib.password,
	],
	BCRYPT: ['$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'U*U'],
	ARGON2ID: [
		'$argon2id$v=19$m=65536\\,t=2\\,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
		'password',
	],
};
hashes.SCRYPT[0] = hashes.SCRYPT[0].replaceAll(',', '\\,'); // a comma in a value

for (const [PasswordHashingAlgorithm, [hash, PASSWORD]] of Object.entries(hashes)) {
	test(`passwords that were hashed by ${PasswordHashingAlgorithm}`, async () => {
		const pool = await newPool();
		const USERNAME = `ada-${createHash('sha256').update(hash).digest('hex').slice(0, 6)}`;
		const file = await pool.file([person(USERNAME, { 'cognito:password_hash': hash })], 'cognito:password_hash');
		const job = await pool.run(file, { PasswordHashingAlgorithm });
		assert.equal(job.PasswordHashingAlgorithm, PasswordHashingAlgorithm);
		assert.deepEqual([job.ImportedUsers, job.FailedUsers], [1, 0]);

		// SRP cannot prove what is known by its hash alone, until it was shown.
		const SRP_A = randomBytes(300).toString('hex');
		const wrong = pool.auth('USER_PASSWORD_AUTH', { USERNAME, PASSWORD: `${PASSWORD}x` });
		await assert.rejects(wrong, failsWith('NotAuthorizedException', 'Incorrect username or password.'));
		const early = pool.auth('USER_SRP_AUTH', { USERNAME, SRP_A });
		await assert.rejects(early, failsWith('PasswordResetRequiredException'));
		const { AuthenticationResult } = await pool.auth('USER_PASSWORD_AUTH', { USERNAME, PASSWORD });
		assert.ok(AuthenticationResult.AccessToken);
		const { ChallengeName } = await pool.auth('USER_SRP_AUTH', { USERNAME, SRP_A });
		assert.equal(ChallengeName, 'PASSWORD_VERIFIER');
	});
}
