/** Asks before a form is sent. */
define(['jquery', 'Magento_Ui/js/modal/confirm', 'mage/translate'], function ($, confirm, $t) {
    'use strict';

    return function (config, form) {
        var agreed = false;

        $(form).on('submit', function (event) {
            if (agreed) {
                return;
            }
            event.preventDefault();
            confirm({
                title: $t('Data Migration Tool'),
                content: $('<div>').text(config.question).html(),
                actions: {
                    confirm: function () {
                        agreed = true;
                        form.submit();
                    }
                }
            });
        });
    };
});
