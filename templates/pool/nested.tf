# Written by umconfig provision: a Cognito user pool for the Node server of Scalabel (24
# April 2020 to today, nested layout). After the deployment, umconfig discover reads the
# values into the configuration file, and umconfig doctor checks them.
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.95"
    }
  }
}

provider "aws" {
  region = "{{region}}"
}

variable "pool_name" {
  type        = string
  description = "Name of the user pool and of its app client"
  default     = "{{poolName}}"

  validation {
    condition     = can(regex("^[\\w\\s+=,.@-]{1,128}$", var.pool_name))
    error_message = "It must contain only letters, digits, spaces and + = , . @ - _ (128 at most)."
  }
}

variable "domain_prefix" {
  type        = string
  description = "Login pages are at https://PREFIX.auth.REGION.amazoncognito.com"
  default     = "{{domainPrefix}}"

  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$", var.domain_prefix))
    error_message = "It must contain only lower-case letters, digits and hyphens (63 at most), without aws, amazon or cognito in it."
  }
}

variable "callback_urls" {
  type        = list(string)
  description = "Callback URL: the address of the server with the path /callback"
  default     = ["{{callbackUrls}}"]

  validation {
    condition     = alltrue([for url in var.callback_urls : can(regex("^https?://[^/?#]+/callback$", url))])
    error_message = "Each URL must end in /callback, where the server receives logins."
  }
}

variable "sign_out_urls" {
  type        = list(string)
  description = "Sign-out URL: the page after signing out"
  default     = ["{{signOutUrls}}"]

  validation {
    condition     = alltrue([for url in var.sign_out_urls : can(regex("^https?://[^?#]+$", url))])
    error_message = "Each URL must be a plain address without a query."
  }
}

# The user pool. It keeps the original issuer, which is the default: both servers refuse
# tokens of the updated issuer. Cognito sends about 50 invitations a day; for more, add
# an email configuration with Amazon SES.
resource "aws_cognito_user_pool" "pool" {
  name = var.pool_name

  # Users sign in with their email address, which the server needs to identify them.
  # Cannot be changed later.
  username_attributes = ["email"]

  # Ada@acme.org and ada@acme.org are the same user. Cannot be changed later.
  username_configuration {
    case_sensitive = false
  }

  # Cognito sends password codes only to verified addresses.
  auto_verified_attributes = ["email"]

  # If true, only administrators can create users. If false, anyone who finds the login
  # page can sign up and sign in.
  admin_create_user_config {
    allow_admin_create_user_only = "{{onlyAdminsCreateUsers}}"
  }

  # Users who forgot their password get a code by email.
  account_recovery_setting {
    recovery_mechanism {
      name     = "verified_email"
      priority = 1
    }
  }

  # No second factor. It can be required later for the same users.
  mfa_configuration = "OFF"

  # Deleting the pool deletes all users. To delete it, set this to INACTIVE first.
  deletion_protection = "ACTIVE"

  # A plan fails if it would delete or replace the pool.
  lifecycle {
    prevent_destroy = true
  }
}

# The app client that the server uses.
resource "aws_cognito_user_pool_client" "client" {
  user_pool_id = aws_cognito_user_pool.pool.id
  name         = var.pool_name

  # The Node server never sends a client secret, so with a secret every login would
  # fail.
  generate_secret = false

  # Required for the login pages; without it the settings below have no effect.
  allowed_oauth_flows_user_pool_client = true

  # The server uses the authorization code grant only.
  allowed_oauth_flows = ["code"]

  # The server needs an ID token (openid) with an email address (email). It requests no
  # scopes itself, so it gets these.
  allowed_oauth_scopes = ["openid", "email"]

  # Users of this pool. Without an identity provider the login page is empty.
  supported_identity_providers = ["COGNITO"]

  # Must match the configuration file character by character. The server receives logins
  # at /callback only.
  callback_urls = var.callback_urls

  # The page after signing out. Must match character by character, too.
  logout_urls = var.sign_out_urls

  # The defaults without custom authentication by Lambda functions. None of them sends a
  # password in plain text.
  explicit_auth_flows = ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"]

  # A wrong address and a wrong password get the same answer, so the answer does not
  # reveal who has an account.
  prevent_user_existence_errors = "ENABLED"

  # Allows a stolen refresh token to be revoked.
  enable_token_revocation = true

  # In minutes. The pages send the access token with every request and refresh it when
  # it expires, so a disabled user keeps access until then.
  access_token_validity = 60
  id_token_validity     = 60

  # In days until users have to sign in again. Not rotated, since the pages keep using
  # the first token.
  refresh_token_validity = 7

  token_validity_units {
    access_token  = "minutes"
    id_token      = "minutes"
    refresh_token = "days"
  }
}

# The login pages.
resource "aws_cognito_user_pool_domain" "domain" {
  user_pool_id = aws_cognito_user_pool.pool.id

  # The prefix must be free in the region. If it is taken, the deployment fails: deploy
  # again with another prefix.
  domain = var.domain_prefix

  # The classic hosted UI. Version 2 shows "Login pages unavailable" until it has a
  # branding style.
  managed_login_version = 1
}

# The Node server has no roles; the group only documents who is an administrator.
resource "aws_cognito_user_group" "group" {
  user_pool_id = aws_cognito_user_pool.pool.id

  # The server expects exactly this name, in lower case.
  name        = "admin"
  description = "Admins of the Scalabel server"
}

output "user_pool_id" {
  description = "For umconfig discover --pool"
  value       = aws_cognito_user_pool.pool.id
}

output "client_id" {
  description = "For umconfig discover --client"
  value       = aws_cognito_user_pool_client.client.id
}
