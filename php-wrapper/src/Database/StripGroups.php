<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Database;

use Lockstep\MigrationTool\Failure;

/** Which tables a dump keeps the structure of and drops the data: names, wildcards, and groups of both. */
final class StripGroups
{
    private const GROUPS = [
        'admin' => ['admin_*', 'authorization_role', 'authorization_rule'],
        'aggregated' => ['sales_bestsellers_aggregated_*', 'sales_invoiced_aggregated*', 'sales_order_aggregated_*', 'sales_refunded_aggregated*', 'sales_shipping_aggregated*', 'report_viewed_product_aggregated_*', 'coupon_aggregated*', 'tax_order_aggregated_*', 'rating_option_vote_aggregated'],
        'cache' => ['cache', 'cache_tag'],
        'customers' => ['customer_address_*', 'customer_entity*', 'customer_grid_flat', 'customer_log', 'customer_visitor', 'newsletter_subscriber', 'product_alert_*', 'vault_payment_token*', 'wishlist*', 'persistent_session', 'password_reset_request_event', 'login_as_customer*', 'oauth_token', 'company', 'company_*', 'magento_customerbalance*', 'magento_reward*', 'magento_giftregistry*', 'magento_customersegment_customer'],
        'development' => ['@admin', '@oauth', '@stripped', '@search', '@trade', '@2fa'],
        'dotmailer' => ['email_abandoned_cart', 'email_automation', 'email_campaign', 'email_catalog', 'email_contact', 'email_contact_consent', 'email_coupon_attribute', 'email_failed_auth', 'email_importer', 'email_order', 'email_review', 'email_rules', 'email_sms_order_queue', 'email_wishlist'],
        'idx' => ['*_idx', '*_tmp', '*_replica', '*_cl', 'catalog_category_product_index*', 'catalog_product_index_*', 'catalog_product_flat_*', 'catalog_category_flat_*', 'cataloginventory_stock_status*', 'catalogrule_product', 'catalogrule_product_price', 'catalogsearch_fulltext*', 'inventory_stock_[0-9]*'],
        'klarna' => ['klarna_core_order', 'klarna_kco_quote', 'klarna_payments_quote', 'klarna_logs'],
        'log' => ['customer_log', 'customer_visitor', 'report_event', 'report_compared_product_index', 'report_viewed_product_index', 'magento_logging_event', 'magento_logging_event_changes'],
        'newsletter' => ['newsletter_problem', 'newsletter_queue', 'newsletter_queue_link', 'newsletter_queue_store_link', 'newsletter_subscriber'],
        'oauth' => ['oauth_*', 'integration'],
        'queue' => ['cron_schedule', 'magento_bulk', 'magento_operation', 'magento_acknowledged_bulk', 'queue_lock', 'queue_message', 'queue_message_status', 'queue_poison_pill'],
        'quotes' => ['quote', 'quote_*', 'negotiable_quote*'],
        'sales' => ['sales_order*', 'sales_invoice*', 'sales_shipment*', 'sales_shipping_aggregated*', 'sales_creditmemo*', 'sales_refunded_aggregated*', 'sales_bestsellers_aggregated_*', 'sales_payment_transaction', 'sales_recurring_*', 'downloadable_link_purchased*', 'paypal_billing_agreement*', 'paypal_payment_transaction', 'paypal_settlement_report*', 'magento_rma*', 'magento_sales_order_grid_archive', 'magento_sales_*_grid_archive', 'magento_giftcardaccount*', 'inventory_reservation', 'inventory_shipment_source', 'inventory_order_notification'],
        'search' => ['search_query', 'catalogsearch_*'],
        'sessions' => ['session', 'admin_user_session', 'persistent_session'],
        'stripped' => ['@cache', '@log', '@queue', '@sessions'],
        'trade' => ['@customers', '@quotes', '@sales', '@newsletter'],
        '2fa' => ['tfa_trusted', 'tfa_user_config'],
    ];

    /**
     * @param list<string> $tables all of the database
     * @return list<string> those of them that are meant, in their order
     */
    public static function tables(string $given, string $prefix, array $tables): array
    {
        $patterns = [];
        foreach (preg_split('/[\s,]+/', $given, -1, PREG_SPLIT_NO_EMPTY) ?: [] as $one) {
            $patterns = [...$patterns, ...($one[0] === '@' ? self::group(substr($one, 1), $prefix) : [$one, $prefix . $one])];
        }

        return array_values(array_filter($tables, static fn (string $table): bool => array_filter($patterns, static fn (string $pattern): bool => fnmatch($pattern, $table)) !== []));
    }

    /** @return list<string> */
    public static function names(): array
    {
        return array_map(static fn (string|int $name): string => '@' . $name, array_keys(self::GROUPS));
    }

    /** @return list<string> wildcards with the prefix */
    private static function group(string $name, string $prefix): array
    {
        $found = [];
        foreach (self::GROUPS[$name] ?? throw Failure::preflight('strip', sprintf('There is no group "@%s" of tables.', $name), 'The groups are ' . implode(', ', self::names()) . '; anything else is a table\'s name, with * and ? as wildcards.') as $one) {
            $found = [...$found, ...($one[0] === '@' ? self::group(substr($one, 1), $prefix) : [self::literal($prefix) . $one])];
        }

        return $found;
    }

    private static function literal(string $prefix): string
    {
        return addcslashes($prefix, '*?[\\');
    }
}
